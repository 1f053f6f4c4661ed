/** What Chromium 69 (DingTalk 7.0, 浙政钉) lacks and the libraries below take for granted. Must be imported first. */
const scope = self as unknown as { globalThis?: unknown; queueMicrotask?: (task: () => void) => void };
scope.globalThis = scope.globalThis || self;
scope.queueMicrotask = scope.queueMicrotask || ((task) => void Promise.resolve().then(task));
