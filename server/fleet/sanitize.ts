/** Words that came from the network, made fit to be read by people. Pure. */

/** Bytes that a device may say; in characters it is never more. */
const LONGEST = 200;
/** Control characters, line ends, marks that turn the direction of what follows, halves of characters. */
const UNREADABLE = /[\p{C}\p{Zl}\p{Zp}\s]+/gu;

/** One line without anything that a terminal or a page would obey. */
export function readable(text: string): string {
  return [...text.replace(UNREADABLE, ' ').trim()].slice(0, LONGEST).join('');
}
