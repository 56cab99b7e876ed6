/** What can be wrong with a file of a release, so that it still compiles. Pure. */

export type Damage = 'raises at import' | 'is empty' | 'loops' | 'every function raises';
export const DAMAGES: readonly Damage[] = ['raises at import', 'is empty', 'loops', 'every function raises'];

/** Printed by code that has looped for longer than any watch waits. */
export const HUNG = 'strand: hung';
const RAISE = ['raise ValueError("strand")'];
/** Sleeping lets the clock of the board go on, and its timers run. */
const LOOP = [
  'import time as t',
  'for n in range(20):',
  '    t.sleep(60)',
  `print("${HUNG}")`,
  'while True:',
  '    t.sleep(60)',
];
export type How = 'raises' | 'loops' | 'does nothing';
const FIRST: Readonly<Record<How, readonly string[]>> = {
  raises: RAISE,
  loops: LOOP,
  'does nothing': ['return'],
};
const DEF = /^( *)def (\w+)\(.*:$/;

/** Of a Python source; of anything else only `is empty`. */
export function damaged(text: string, damage: Damage): string {
  if (damage === 'is empty') return '';
  if (damage === 'raises at import') return lines(RAISE);
  if (damage === 'loops') return lines(LOOP);
  return begun(text, RAISE, () => true);
}

/** The functions and methods of a source, by line and name. */
export function functionsOf(text: string): { readonly line: number; readonly name: string }[] {
  return text.split('\n').flatMap((source, line) => {
    const [, , name] = DEF.exec(source) ?? [];
    return name === undefined ? [] : [{ line, name }];
  });
}

/** The one function that stands there does that as soon as it is called. */
export function oneDamaged(text: string, line: number, how: How): string {
  return begun(text, FIRST[how], (at) => at === line);
}

function begun(text: string, first: readonly string[], fits: (line: number) => boolean): string {
  return text
    .split('\n')
    .flatMap((source, line) => {
      const [, indent] = DEF.exec(source) ?? [];
      if (indent === undefined || !fits(line)) return [source];
      return [source, ...first.map((one) => `${indent}    ${one}`)];
    })
    .join('\n');
}

function lines(text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}
