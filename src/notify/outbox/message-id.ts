import { hash } from 'node:crypto';

/** The id of a message that is made of others: the same of the same text, so that a repeat is known (128 bits of SHA-256). */
export const messageId = (text: string): string => hash('sha256', text, 'hex').slice(0, 32);
