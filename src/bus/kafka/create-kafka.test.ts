import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { listenAgain } from '../../../test/support/listen-again.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { createKafka, withAdmin } from './create-kafka.ts';
import { mayPass } from './kafka-failure.ts';

/** Api versions and metadata of a cluster of one broker without topics, as a broker answers them. */
const answers = (correlation: number, port: number): Readonly<Record<number, Buffer>> => {
  const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
  const int32 = (value: number): Buffer => Buffer.concat([int16(value >>> 16), int16(value & 65_535)]);
  const host = Buffer.from('127.0.0.1');
  const framed = (...parts: Buffer[]): Buffer => {
    const body = Buffer.concat([int32(correlation), ...parts]);
    return Buffer.concat([int32(body.length), body]);
  };
  const [metadata, versions] = [3, 18];
  const supported = [metadata, versions].map((api) => Buffer.concat([int16(api), int16(0), int16(0)]));
  return {
    [versions]: framed(int16(0), int32(supported.length), ...supported),
    [metadata]: framed(int32(1), int32(1), int16(host.length), host, int32(port), int32(0)),
  };
};

test('a cluster of which no broker answers any more is away, and may come back', async () => {
  let metadataLeft = 1;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const api = data.readInt16BE(4);
      if (api === 3) metadataLeft -= 1;
      if (metadataLeft < 0) socket.destroy();
      else socket.write(answers(data.readInt32BE(8), port)[api] ?? Buffer.alloc(0));
    });
  });
  await listenAgain(server, 0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const config = { brokers: [`127.0.0.1:${port}`], clientId: 'tocsin-test', groupId: 'none' };
  const kafka = createKafka(config, new RecordingLog(), () => undefined);
  try {
    const failed = await withAdmin(kafka, (admin) => admin.listTopics()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    expect([String(failed), mayPass(failed)]).toEqual([expect.stringContaining('no broker'), true]);
  } finally {
    server.close();
  }
});

test('what kafkajs says of a broker that never answered its first request may pass', () => {
  expect(mayPass(new Error('Broker not connected'))).toBe(true);
  expect(mayPass(new Error('value should be a Buffer'))).toBe(false);
});
