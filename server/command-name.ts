/** How a person types a command: `npm run build` in this project, `npx soft-ota build` in one that has it installed. Pure. */

/** True when this program was started by its name, as `soft-ota`. */
function isInstalled(script: string): boolean {
  return /(?:^|[\\/])soft-ota(?:\.js)?$/.test(script);
}

/** `bench` and `check` are only there in a checkout. */
const COMMAND = /\bnpm (?:run (?:-s )?(?!(?:bench|check)\b)([a-z][a-z-]*)|start\b)(?: --(?= ))?/g;

/** A text that names commands as `npm run …`, as whoever reads it has to type them. */
export function withCommandNames(text: string, script: string = process.argv[1] ?? ''): string {
  if (!isInstalled(script)) return text;
  return text.replace(COMMAND, (_, name: string | undefined) => `npx soft-ota ${name ?? 'start'}`);
}
