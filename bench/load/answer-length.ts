/** How long an answer will be. Pure. */

/** Bytes of the whole answer, from its first piece. Throws unless it is a 200 with a length. */
export function answerLength(piece: Buffer): number {
  const text = piece.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [, length] = /^content-length: *(\d+)$/im.exec(text.slice(0, end).replaceAll('\r', '')) ?? [];
  if (end === -1 || length === undefined || !text.startsWith('HTTP/1.1 200 ')) {
    throw new Error(`Not the answer that was expected: ${text.slice(0, 200)}`);
  }
  return end + 4 + Number(length);
}
