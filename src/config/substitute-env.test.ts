// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are what a configuration says
import { describe, expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { substituteEnv } from './substitute-env.ts';

const env = { HOST: 'mail.example.org', PORT: '587', EMPTY: '', TRICK: '${HOST}' };

describe('${NAME} in a text', () => {
  test.each([
    ['${HOST}', 'mail.example.org'],
    ['smtp.${HOST}:${PORT}', 'smtp.mail.example.org:587'],
    ['$${HOST}', '${HOST}'],
    ['$HOST $ {HOST} ${} ${1X} ${a-b}', '$HOST $ {HOST} ${} ${1X} ${a-b}'],
    ['${EMPTY}', ''],
    ['${TRICK}', '${HOST}'],
    ['{{ source.ip }}', '{{ source.ip }}'],
  ])('%s is "%s"', (written, expected) => {
    expect(substituteEnv({ a: [written] }, env)).toMatchObject({ tree: { a: [expected] }, faults: [] });
  });

  test('a variable that is not there is a fault where it is named', () => {
    expect(substituteEnv({ a: ['x', '${NOPE}'] }, env).faults).toMatchObject([
      { path: '$.a[1]', message: 'names the variable NOPE, which the environment does not have' },
    ]);
  });

  test('names of the object prototype are no variables', () => {
    expect(substituteEnv('${constructor}', env).faults).toHaveLength(1);
  });

  test('keys, numbers and __proto__ stay as they are', () => {
    const tree: unknown = JSON.parse('{"${HOST}":1,"__proto__":{"a":true},"n":null}');
    expect(JSON.stringify(substituteEnv(tree, env).tree)).toBe(
      '{"${HOST}":1,"__proto__":{"a":true},"n":null}',
    );
  });
});

describe('a variable in the place of another type', () => {
  const load = (written: unknown, variables: Readonly<Record<string, string>>) =>
    loadConfig({ file: '/c.json', env: variables, cwd: '/', readFile: () => JSON.stringify(written) });

  test('is a number, a boolean or a list there', () => {
    const written = {
      smtp: { host: 'h', port: '${P}', requireTls: '${T}' },
      bus: { kind: 'kafka', brokers: '${B}' },
    };
    expect(load(written, { P: '25', T: 'false', B: 'a:1, b:2' })).toMatchObject({
      ok: true,
      value: { smtp: { port: 25, requireTls: false }, bus: { brokers: ['a:1', 'b:2'] } },
    });
  });

  test('that is no such thing is a fault', () => {
    const written = { smtp: { host: 'h', port: '${P}', requireTls: '${T}' } };
    expect(load(written, { P: 'many', T: 'yes' })).toMatchObject({
      ok: false,
      failure: [
        { path: '$.smtp.port', message: 'must be a number' },
        { path: '$.smtp.requireTls', message: 'must be true or false' },
      ],
    });
  });

  test('only the environment is read so: a text in the file is a text', () => {
    expect(load({ smtp: { host: 'h', port: '25' } }, {})).toMatchObject({ ok: false });
  });
});
