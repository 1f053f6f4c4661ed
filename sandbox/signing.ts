import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export function sign(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

export function signed(secret: string, text: string, signature: string): boolean {
  const ours = Buffer.from(sign(secret, text));
  const theirs = Buffer.from(signature);
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

/** Random text in base64, as the platform's ids and codes are. */
export function randomCode(bytes: number): string {
  return randomBytes(bytes).toString('base64');
}
