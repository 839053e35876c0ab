/** Returns the length of a text in UTF-8 bytes, without encoding it; half of a surrogate pair counts as U+FFFD, 3 bytes. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1;
    // A pair has 4 bytes, of which its first half has been counted as 3.
    if (unit >= 0xdc00 && unit <= 0xdfff && isHighHalf(text.charCodeAt(index - 1))) bytes -= 2;
  }
  return bytes;
}

/** Returns the length of a text in code points, as JSON Schema counts characters. */
export function characterLength(text: string): number {
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
}

function isHighHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
