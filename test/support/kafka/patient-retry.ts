/** What clients of tests try again for: ten minutes, for a broker that starts on a busy machine takes its time. */
export const patientRetry = { retries: 600, initialRetryTime: 100, maxRetryTime: 1_000 };
