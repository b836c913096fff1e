/** The environment's variables, as the rest of the program gets them handed. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the process's environment. Nothing else in the program does. */
export const readEnvironment = (): Environment => ({ ...process.env });
