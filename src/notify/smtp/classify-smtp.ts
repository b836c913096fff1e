import type { NodemailerError } from 'nodemailer';
import type { Delivery, DeliveryFailure } from '../../shared/model/notification.ts';
import { withoutSecrets } from '../classify-reply.ts';
import { visibleText } from '../visible-text.ts';

/** Codes of OpenSSL and Node for a certificate that does not hold: nobody to trust with a message. */
const certificateFault = /CERT|SELF_SIGNED|VERIFY|ISSUER|^ERR_TLS_/;

/**
 * What to do after nodemailer failed. What was refused for good by its own nature (a 5xx to the message or to all
 * recipients) is rejected; whatever may be mended without touching the message is tried again: no connection, no TLS,
 * a wrong password, a 4xx.
 */
export function classifySmtp(error: unknown, secrets: readonly string[]): Delivery {
  const {
    code = '',
    responseCode,
    response = '',
    permanent,
    originalCode,
  }: Partial<NodemailerError> = error instanceof Error ? error : {};
  const said = visibleText(withoutSecrets(response, secrets), { max: 160 });
  const detail = [code, originalCode, said].filter((part) => part !== undefined && part !== '').join(' ');
  const retry = (reason: DeliveryFailure): Delivery => ({ kind: 'retry', reason, detail });
  if (['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EREQUIRETLS'].includes(code)) return retry('auth');
  if (certificateFault.test(originalCode ?? '')) return retry('auth');
  if (code === 'ETIMEDOUT' || code === 'EABORT') return retry('timeout');
  if (responseCode !== undefined) {
    if (permanent !== true) return retry('server');
    return { kind: 'rejected', reason: responseCode === 552 ? 'too-large' : 'client', detail };
  }
  if (['ECONNECTION', 'ESOCKET', 'EDNS', 'EPROTOCOL', 'EPROXY', 'EMAXLIMIT'].includes(code))
    return retry('network');
  return { kind: 'rejected', reason: 'client', detail: detail === '' ? 'not sent' : detail };
}
