/**
 * The beginning of a response's body as text, `bytesMax` at most; the rest is not read. A body that breaks off gives
 * what came. The request's own signal limits the time.
 */
export async function boundedText(response: Response, bytesMax: number): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    while (size < bytesMax) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      size += value.length;
    }
  } catch {
    // The status is already known and decides; half a body only makes the detail shorter.
  }
  await reader.cancel().catch(() => undefined);
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, bytesMax));
}
