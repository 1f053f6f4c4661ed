export interface Recording {
  /** Ends it; the recording's length in seconds and a URL to hear it again. */
  stop(): Promise<{ seconds: number; url: string }>;
  /** Ends it and forgets it. */
  cancel(): void;
}

/** Can this browser record? A page on loopback counts as secure, so the microphone may be asked for. */
export function canRecord(): boolean {
  return typeof MediaRecorder === 'function' && navigator.mediaDevices !== undefined;
}

/** Begins to record; throws when there is no microphone or the person says no. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  const begun = Date.now();
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  const release = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  return {
    stop: () =>
      new Promise((resolve) => {
        recorder.onstop = () => {
          release();
          resolve({ seconds: (Date.now() - begun) / 1000, url: URL.createObjectURL(new Blob(parts)) });
        };
        recorder.stop();
      }),
    cancel() {
      recorder.stop();
      release();
    },
  };
}
