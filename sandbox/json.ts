/** The value that JSON text stands for; null when it is no JSON. What it holds is for the caller's schema to say. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
