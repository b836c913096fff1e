let isMuted = false;

/**
 * kafkajs 2.2.4 sets a timer of about minus the present time on each idle connection (its issue 1751: it subtracts the
 * clock from a "never"). Node 24 makes that one millisecond, which is harmless, and prints a TimeoutNegativeWarning,
 * which tells nobody anything. Only that one is kept back: a negative time of any other size is still reported.
 */
export function muteNegativeTimers(): void {
  if (isMuted) return;
  isMuted = true;
  const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (...args: unknown[]): void => {
    if (!isOfKafkajs(args)) emitWarning(...args);
  };
}

function isOfKafkajs([warning, type]: readonly unknown[]): boolean {
  return type === 'TimeoutNegativeWarning' && /^-1\d{12} is a negative number/.test(String(warning));
}
