import type Database from 'better-sqlite3';
import { WorldError } from '../../shared/world-error.ts';
import { initialSchema } from './migrations/0001-initial.ts';
import { incidentActionsSchema } from './migrations/0002-incident-actions.ts';
import { tellingSchema } from './migrations/0003-telling.ts';
import { digestsSchema } from './migrations/0004-digests.ts';
import { eventIdsSchema } from './migrations/0005-event-ids.ts';
import { windowBytesSchema } from './migrations/0006-window-bytes.ts';
import { documentsSchema } from './migrations/0007-documents.ts';
import { liveInOrderSchema } from './migrations/0008-live-in-order.ts';
import { digestPaceSchema } from './migrations/0009-digest-pace.ts';
import { wholesSchema } from './migrations/0010-wholes.ts';
import { tellingsSchema } from './migrations/0011-tellings.ts';

/** Forward steps of the schema: step n leads from version n to n + 1 (`PRAGMA user_version`). Never edited, only added to. */
const steps: readonly string[] = [
  initialSchema,
  incidentActionsSchema,
  tellingSchema,
  digestsSchema,
  eventIdsSchema,
  windowBytesSchema,
  documentsSchema,
  liveInOrderSchema,
  digestPaceSchema,
  wholesSchema,
  tellingsSchema,
];

/** "tocs": tells a state of tocsin from other SQLite files (`PRAGMA application_id`). */
const applicationId = 0x746f6373;

/** Throws WorldError('state') unless the file is new, or a state that this version can read. */
export function checkSchema(db: Database.Database, file: string, isReadOnly: boolean): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  const isNew = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()) === 0;
  const isOurs = Number(db.pragma('application_id', { simple: true })) === applicationId;
  if (!isNew && !isOurs)
    throw new WorldError(
      'state',
      `${file} is a SQLite file, but no state of tocsin. Give another "state.file".`,
    );
  if (version > steps.length) {
    const what = `the state in ${file} was written by a newer tocsin (schema ${version}, this one knows ${steps.length})`;
    throw new WorldError('state', `${what}. Run that version, or give another "state.file".`);
  }
  if (isReadOnly && version < steps.length) {
    const what = `the state in ${file} is of an older tocsin (schema ${version} of ${steps.length})`;
    throw new WorldError('state', `${what}. Start "tocsin run" once: it brings the state up to date.`);
  }
}

/** Brings the schema up to date, or to the version of an older tocsin, each step in a transaction of its own. */
export function migrate(db: Database.Database, upTo = steps.length): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  for (const [index, step] of steps.slice(0, upTo).entries()) {
    if (index < version) continue;
    const apply = db.transaction(() => {
      db.exec(step);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${index + 1}`);
    });
    apply.immediate();
  }
}
