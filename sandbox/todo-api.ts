import { z } from 'zod';
import { type Gate, modern, Refused } from './gate';
import type { Platform } from './platform';
import type { Todo } from './state';
import type { TodoView } from './types';

const link = z.string().max(1024);
const creating = z.object({
  sourceId: z.string().optional(),
  subject: z.string().min(1).max(1024),
  creatorId: z.string().optional(),
  description: z.string().max(4096).optional(),
  dueTime: z.number().int().optional(),
  executorIds: z.array(z.string()).max(1000).default([]),
  /** Third-party to-dos must say where they open (reference §4.10). */
  detailUrl: z.object({ appUrl: link.optional(), pcUrl: link.optional() }).refine((url) => url.appUrl || url.pcUrl),
});
const changing = z.object({
  subject: z.string().min(1).max(1024).optional(),
  dueTime: z.number().int().optional(),
  executorIds: z.array(z.string()).optional(),
  done: z.boolean().optional(),
});
const marking = z.object({ executorStatusList: z.array(z.object({ id: z.string(), isDone: z.boolean() })).min(1) });

/** `/v1.0/todo/users/{unionId}/tasks…` */
export function todoApi(platform: Platform, gate: Gate): void {
  const path = '/v1.0/todo/users/:unionId/tasks';
  const misfit = 'todo.taskCreate.paramError';
  gate(modern, {
    method: 'post',
    path,
    body: creating,
    misfit,
    run: (body, asked) => create(platform, asked.params.unionId ?? '', body),
  });
  gate(modern, {
    method: 'get',
    path: `${path}/sources/:sourceId`,
    body: z.unknown(),
    misfit,
    run: (_body, asked) => wire(found(platform, (todo) => todo.sourceId === asked.params.sourceId)),
  });
  gate(modern, {
    method: 'put',
    path: `${path}/:taskId/executorStatus`,
    body: marking,
    misfit,
    run: (body, asked) => mark(platform, asked.params.taskId ?? '', body.executorStatusList),
  });
  gate(modern, {
    method: 'put',
    path: `${path}/:taskId`,
    body: changing,
    misfit,
    run: (body, asked) => change(platform, asked.params.taskId ?? '', body),
  });
  gate(modern, {
    method: 'delete',
    path: `${path}/:taskId`,
    body: z.unknown(),
    misfit,
    run: (_body, asked) => remove(platform, asked.params.taskId ?? ''),
  });
}

function found(platform: Platform, wanted: (todo: Todo) => boolean): Todo {
  const todo = platform.keeper.state.todos.find(wanted);
  if (!todo) throw new Refused(400, 'todo.taskNotExist', '待办不存在');
  return todo;
}

function saved(platform: Platform): void {
  platform.keeper.touch();
  platform.changes.tell({ what: 'todos' });
}

function create(platform: Platform, unionId: string, body: z.infer<typeof creating>): object {
  const { state } = platform.keeper;
  const wrong = (message: string) => new Refused(400, 'todo.taskCreate.paramError', message);
  if (!platform.directory.byUnion(unionId)) throw wrong('unionId not exist');
  if (body.executorIds.some((id) => !platform.directory.byUnion(id))) throw wrong('executor not exist');
  if (body.sourceId && state.todos.some((todo) => todo.sourceId === body.sourceId)) throw wrong('task exist');
  const id = `task${(state.serial++).toString(16).padStart(28, '0')}`;
  const todo: Todo = {
    id,
    sourceId: body.sourceId ?? id,
    subject: body.subject,
    creatorId: body.creatorId ?? unionId,
    executors: executorsOf(body.executorIds.length ? body.executorIds : [unionId], {}),
    dueAt: body.dueTime ?? null,
    url: body.detailUrl.appUrl ?? body.detailUrl.pcUrl ?? '',
    createdAt: platform.clock.now(),
  };
  state.todos.push(todo);
  saved(platform);
  return wire(todo);
}

function executorsOf(unionIds: string[], before: Record<string, boolean>): Record<string, boolean> {
  return Object.fromEntries(unionIds.map((id) => [id, before[id] ?? false]));
}

function change(platform: Platform, taskId: string, body: z.infer<typeof changing>): object {
  const todo = found(platform, (one) => one.id === taskId);
  todo.subject = body.subject ?? todo.subject;
  todo.dueAt = body.dueTime ?? todo.dueAt;
  if (body.executorIds) todo.executors = executorsOf(body.executorIds, todo.executors);
  if (body.done !== undefined) for (const id of Object.keys(todo.executors)) todo.executors[id] = body.done;
  saved(platform);
  return { result: true, requestId: todo.id };
}

function mark(platform: Platform, taskId: string, list: z.infer<typeof marking>['executorStatusList']): object {
  const todo = found(platform, (one) => one.id === taskId);
  for (const { id, isDone } of list) if (Object.hasOwn(todo.executors, id)) todo.executors[id] = isDone;
  saved(platform);
  return { result: true, requestId: todo.id };
}

function remove(platform: Platform, taskId: string): object {
  const todo = found(platform, (one) => one.id === taskId);
  platform.keeper.state.todos = platform.keeper.state.todos.filter((one) => one !== todo);
  saved(platform);
  return { result: true, requestId: todo.id };
}

function wire(todo: Todo): object {
  return {
    id: todo.id,
    sourceId: todo.sourceId,
    subject: todo.subject,
    creatorId: todo.creatorId,
    executorIds: Object.keys(todo.executors),
    dueTime: todo.dueAt,
    detailUrl: { appUrl: todo.url, pcUrl: todo.url },
    createdTime: todo.createdAt,
    done: Object.values(todo.executors).every(Boolean),
    requestId: todo.id,
  };
}

/** One line per executor, newest first; one person's or everybody's. */
export function todoViews(platform: Platform, userId?: string): TodoView[] {
  const views = platform.keeper.state.todos.flatMap((todo) =>
    Object.entries(todo.executors).map(([unionId, done]) => ({
      id: todo.id,
      userId: platform.directory.byUnion(unionId)?.userId ?? '',
      subject: todo.subject,
      dueAt: todo.dueAt,
      url: todo.url,
      done,
    })),
  );
  return views.filter((view) => userId === undefined || view.userId === userId).reverse();
}
