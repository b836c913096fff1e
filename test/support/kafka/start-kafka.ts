import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { reservedPort } from '../reserved-port.ts';
import { kafkaJars } from './kafka-jars.ts';
import { javaOptions, kafkaTool } from './kafka-tool.ts';
import { log4jProperties, serverProperties } from './server-properties.ts';

/** SIGINT is vitest's own: it ends in an orderly way. */
const endingSignals = ['SIGTERM', 'SIGHUP'] as const;
const startLimitMs = 600_000;
const stopLimitMs = 20_000;

/** A real broker, one node, plain text on the loopback. Ended by its process id, at the latest when this process exits. */
export interface KafkaBroker {
  readonly brokers: readonly string[];
  /** The listener with TLS, and the certificate to trust; only when started with a `user`. */
  readonly secure: { readonly brokers: readonly string[]; readonly ca: string };
  /** SIGTERM, and waits for the end: what was acknowledged is on disk. */
  stop(): Promise<void>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** Again, on the same folder and ports. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

export interface KafkaOptions {
  /** Settings of the server beyond those of server-properties.ts. */
  readonly config?: Readonly<Record<string, string>>;
  /** Adds a listener with TLS and SCRAM-SHA-512 for this user (and PLAIN for `plainuser`, `plain-secret`). */
  readonly user?: { readonly username: string; readonly password: string };
}

/** Starts a broker of its own in a temporary folder, on free ports; 5 to 10 seconds. */
export async function startKafka({ config = {}, user }: KafkaOptions = {}): Promise<KafkaBroker> {
  const jars = await kafkaJars();
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-kafka-'));
  const ports = {
    client: await reservedPort(),
    controller: await reservedPort(),
    secure: await reservedPort(),
  };
  const port = ports.client;
  const storePassword = randomBytes(12).toString('hex');
  const ca = user === undefined ? '' : await makeCertificate(folder, storePassword);
  const properties = join(folder, 'server.properties');
  const secure = user === undefined ? {} : { storePassword };
  writeFileSync(properties, serverProperties({ folder, ports, config, ...secure }));
  writeFileSync(join(folder, 'log4j2.properties'), log4jProperties);
  // A cluster id is 16 bytes in base64url; it must not begin with a dash.
  const clusterId = `t${randomBytes(16).toString('base64url').slice(1)}`;
  const scram = user && ['--add-scram', `SCRAM-SHA-512=[name=${user.username},password=${user.password}]`];
  const format = ['format', '--standalone', '-t', clusterId, '-c', properties, ...(scram ?? [])];
  await kafkaTool('kafka.tools.StorageTool', format);
  const node = new BrokerProcess({ jars, folder, properties, port });
  const brokers = [`127.0.0.1:${port}`];
  await node.start();
  return {
    brokers,
    secure: { brokers: [`127.0.0.1:${ports.secure}`], ca },
    start: () => node.start(),
    stop: () => node.end('SIGTERM'),
    kill: () => node.end('SIGKILL'),
    remove: async () => {
      await node.end('SIGKILL');
      node.forget();
    },
  };
}

class BrokerProcess {
  readonly #at: { jars: string; folder: string; properties: string; port: number };
  #child: ChildProcess | undefined;
  readonly #onExit = () => {
    this.#child?.kill('SIGKILL');
    rmSync(this.#at.folder, { recursive: true, force: true });
  };

  /** A signal ends a process without its `exit` handlers, so it is sent again once the broker is gone. */
  readonly #onSignal = (signal: NodeJS.Signals) => {
    this.#onExit();
    this.forget();
    process.kill(process.pid, signal);
  };

  constructor(at: { jars: string; folder: string; properties: string; port: number }) {
    this.#at = at;
    process.on('exit', this.#onExit);
    for (const signal of endingSignals) process.on(signal, this.#onSignal);
  }

  async start(): Promise<void> {
    const { jars, folder, properties, port } = this.#at;
    const output = openSync(join(folder, 'output.log'), 'a');
    const logging = `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`;
    const args = [...javaOptions, '-Xmx512m', logging, '-cp', `${jars}/*`, 'kafka.Kafka', properties];
    const child = spawn('java', args, { stdio: ['ignore', output, output] });
    closeSync(output);
    this.#child = child;
    const deadlineMs = Date.now() + startLimitMs;
    while (!(await isOpen(port))) {
      if (child.exitCode !== null || Date.now() > deadlineMs) {
        throw new Error(
          `Kafka did not start:\n${readFileSync(join(folder, 'output.log'), 'utf8').slice(-3_000)}`,
        );
      }
      await sleep(100);
    }
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await ended;
    clearTimeout(force);
  }

  forget(): void {
    process.off('exit', this.#onExit);
    for (const signal of endingSignals) process.off(signal, this.#onSignal);
    rmSync(this.#at.folder, { recursive: true, force: true });
  }
}

/** A certificate of its own for the loopback, in the folder's `server.p12`; returns it as PEM. */
async function makeCertificate(folder: string, password: string): Promise<string> {
  const store = ['-storetype', 'PKCS12', '-keystore', join(folder, 'server.p12'), '-storepass', password];
  const names = ['-dname', 'CN=localhost', '-ext', 'SAN=ip:127.0.0.1,dns:localhost'];
  const key = ['-alias', 'broker', '-keyalg', 'RSA', '-keysize', '2048', '-validity', '30'];
  const keytool = promisify(execFile);
  await keytool('keytool', ['-genkeypair', ...key, ...names, ...store], { timeout: startLimitMs });
  const { stdout } = await keytool('keytool', ['-exportcert', '-rfc', '-alias', 'broker', ...store], {
    timeout: startLimitMs,
  });
  return stdout;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.connect(port, '127.0.0.1');
  });
}
