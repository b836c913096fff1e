import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

const endOfDirectory = 0x06054b50;

/** The first file of a .zip, as bytes (PKWARE APPNOTE.TXT: the central directory says where it is and how long). */
export function unzipFirst(path: string): Buffer {
  const archive = readFileSync(path);
  let end = archive.length - 22;
  while (end >= 0 && archive.readUInt32LE(end) !== endOfDirectory) end -= 1;
  const entry = archive.readUInt32LE(end + 16);
  const method = archive.readUInt16LE(entry + 10);
  const size = archive.readUInt32LE(entry + 20);
  const header = archive.readUInt32LE(entry + 42);
  // The local header has lengths of its own for the name and what follows it.
  const from = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const content = archive.subarray(from, from + size);
  return method === 0 ? content : inflateRawSync(content);
}
