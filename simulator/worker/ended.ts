/** Thrown where the power goes or the board resets. It is no Error, so that neither MicroPython nor Emscripten takes it for one of theirs: it leaves the VM at once, and no Python runs after it. */
export class Ended {}
