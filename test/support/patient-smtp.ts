/** Time limits of mail far above what a busy machine needs, milliseconds: what was taken but not waited for comes twice. */
export const patientSmtp = {
  dnsMs: 300_000,
  connectMs: 300_000,
  greetingMs: 300_000,
  silenceMs: 300_000,
  messageMs: 300_000,
};
