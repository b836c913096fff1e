import { createHmac } from 'node:crypto';

/**
 * The `webhook-signature` of the Standard Webhooks specification 1.0: HMAC-SHA256 over `id.timestamp.body`, base64. A
 * secret that begins with `whsec_` is base64 behind it; any other text is the key as it stands.
 */
export function signWebhook(
  secret: string,
  { id, timestampSeconds, body }: { id: string; timestampSeconds: number; body: string },
): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const signature = createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64');
  return `v1,${signature}`;
}
