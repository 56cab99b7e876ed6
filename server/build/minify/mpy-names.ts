/** The names that a .mpy file of version 6 brings along: a board that does not know them keeps them in its heap for ever. Pure. */

/** Magic, version, flags, bits of a small int. */
const HEADER_BYTES = 4;

export function namesInMpy(mpy: Buffer): string[] {
  let at = HEADER_BYTES;
  const number = (): number => {
    let value = 0;
    for (let byte = 0x80; byte & 0x80; at += 1) {
      byte = mpy[at] ?? 0;
      value = value * 128 + (byte & 0x7f);
    }
    return value;
  };
  const count = number();
  number(); // of constants
  const names: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const length = number();
    if (length & 1) continue; // the number of a name that each firmware has
    names.push(mpy.toString('utf8', at, at + (length >> 1)));
    at += (length >> 1) + 1;
  }
  return names;
}
