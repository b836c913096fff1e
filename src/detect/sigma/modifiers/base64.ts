const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 with padding (RFC 4648, section 4). */
export function encodeBase64(bytes: readonly number[]): string {
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.slice(at, at + 3);
    const group = (a << 16) | (b << 8) | c;
    const characters = [18, 12, 6, 0].map((shift) => alphabet.charAt((group >> shift) & 63));
    const rest = bytes.length - at;
    encoded +=
      rest >= 3
        ? characters.join('')
        : characters
            .slice(0, rest + 1)
            .join('')
            .padEnd(4, '=');
  }
  return encoded;
}

/** UTF-8; a lone surrogate becomes U+FFFD. */
export function utf8Bytes(text: string): number[] {
  return [...text.toWellFormed()].flatMap((character) => {
    const point = character.codePointAt(0) ?? 0;
    const tail = (shift: number): number => 0x80 | ((point >> shift) & 63);
    if (point < 0x80) return [point];
    if (point < 0x800) return [0xc0 | (point >> 6), tail(0)];
    if (point < 0x10000) return [0xe0 | (point >> 12), tail(6), tail(0)];
    return [0xf0 | (point >> 18), tail(12), tail(6), tail(0)];
  });
}

/** The units of UTF-16, each as two bytes. */
export function utf16Bytes(text: string, order: 'little' | 'big'): number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)).flatMap((unit) =>
    order === 'little' ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255],
  );
}
