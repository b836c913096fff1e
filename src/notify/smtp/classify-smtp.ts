import type { NodemailerError } from 'nodemailer';
import type { Delivery, DeliveryFailure } from '../../shared/model/notification.ts';
import { withoutSecrets } from '../classify-reply.ts';
import { visibleText } from '../message/visible-text.ts';

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
  /** The server said no, or was never spoken to. */
  const refused = (reason: DeliveryFailure): Delivery => ({
    kind: 'retry',
    reason,
    detail,
    hasNotArrived: true,
  });
  if (['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EREQUIRETLS'].includes(code)) return refused('auth');
  if (certificateFault.test(originalCode ?? '')) return refused('auth');
  if (code === 'ETIMEDOUT' || code === 'EABORT') return retry('timeout');
  if (responseCode !== undefined) {
    if (permanent !== true) return refused('server');
    return { kind: 'rejected', reason: responseCode === 552 ? 'too-large' : 'client', detail };
  }
  if (code === 'EDNS' || originalCode === 'ECONNREFUSED') return refused('network');
  if (['ECONNECTION', 'ESOCKET', 'EPROTOCOL', 'EPROXY', 'EMAXLIMIT'].includes(code)) return retry('network');
  return { kind: 'rejected', reason: 'client', detail: detail === '' ? 'not sent' : detail };
}
