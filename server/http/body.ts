import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { wellFormed } from '../flow/apply';
import { Problem } from './problem';

const JSON_MOST = 64 * 1024;

/** The request's JSON; nothing at all counts as `{}`, so that a plain tap needs no body. Errors: 400, 413, 415. */
export async function readJson(ctx: Context, most: number = JSON_MOST): Promise<unknown> {
  const bytes = await readBytes(ctx.req, most);
  if (bytes.length === 0) return {};
  if (!ctx.is('json')) throw new Problem(415, 'not_json', '请用 application/json 提交。');
  try {
    return JSON.parse(bytes.toString('utf8'), (_, value: unknown) =>
      typeof value === 'string' ? wellFormed(value) : value,
    );
  } catch {
    throw new Problem(400, 'bad_json', '内容不是正确的 JSON。');
  }
}

/** At most `most` bytes. What is longer is refused without being kept. Errors: 413. */
export async function readBytes(req: IncomingMessage, most: number): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > most) throw tooLarge(most);
  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`: leaving it would destroy the socket before the person has read why.
  return new Promise((resolve, reject) => {
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else reject(tooLarge(most));
    });
    req.on('end', () => resolve(Buffer.concat(chunks)));
    req.on('error', reject);
    req.on('aborted', () => reject(new Problem(400, 'aborted', '传输中断，请重试。')));
  });
}

function tooLarge(most: number): Problem {
  const limit = most >= 1024 * 1024 ? `${most / 1024 / 1024} MB` : `${most / 1024} KB`;
  // The rest of the body is not waited for.
  return new Problem(413, 'too_large', `内容超过 ${limit}，请缩小，或分几次传。`, { headers: { Connection: 'close' } });
}
