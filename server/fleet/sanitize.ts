/** Words that came from the network, made fit to be read by people. Pure. */

/** Bytes that a device may say; in characters it is never more. */
const MAX_LENGTH = 200;
/** Control characters, line ends, marks that turn the direction of what follows, halves of characters. */
const UNREADABLE = /[\p{C}\p{Zl}\p{Zp}\s]+/gu;

/** One line without anything that a terminal or a page would obey. */
export function sanitize(text: string): string {
  return [...text.replace(UNREADABLE, ' ').trim()].slice(0, MAX_LENGTH).join('');
}
