/** The actions of OpenC2 v1.0 (OASIS oc2ls-v1.0, 3.3.1.1). */
export const openC2Actions = [
  'scan',
  'locate',
  'query',
  'deny',
  'contain',
  'allow',
  'start',
  'stop',
  'restart',
  'cancel',
  'set',
  'update',
  'redirect',
  'create',
  'delete',
  'detonate',
  'restore',
  'copy',
  'investigate',
  'remediate',
] as const;

export type OpenC2Action = (typeof openC2Actions)[number];

/** Exactly one member: the kind of target, such as `ipv4_net`. */
export type OpenC2Target = Readonly<Record<string, unknown>>;

/** A command of OpenC2 v1.0, with the arguments tocsin uses; times in milliseconds. */
export interface OpenC2Command {
  readonly action: OpenC2Action;
  readonly target: OpenC2Target;
  readonly args: {
    readonly start_time: number;
    readonly duration?: number;
    readonly response_requested: 'complete';
  };
  /** At most 36 characters, no white space. */
  readonly command_id: string;
}
