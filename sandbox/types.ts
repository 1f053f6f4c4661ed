/** What the chat page and tests see of the sandbox: its control API, `/sandbox/api/*`, and the pieces it shows. */

export interface SandboxPerson {
  userId: string;
  unionId: string;
  name: string;
  /** What the person is, in words: `网格员 · 红光社区第三网格`. */
  title: string;
  /** Department in the contacts. */
  deptId: number;
  mobile?: string;
}

export interface SandboxDept {
  deptId: number;
  name: string;
  parentId: number | null;
}

export interface SandboxOptions {
  /** 0 takes a free port. Listens on 127.0.0.1 only. */
  port: number;
  clientId?: string;
  clientSecret?: string;
  /** State (chats, cards, meter, clock) is kept here across restarts; omitted = memory only. */
  stateFile?: string;
  people: SandboxPerson[];
  depts: SandboxDept[];
  /** Groups the robot is a member of. */
  groups: { conversationId: string; title: string; memberIds: string[] }[];
  /** Card templates in use: template id → the parsed template of cards/templates. */
  templates: Record<string, CardTemplate>;
  /** Monthly limits of the organisation; default the free plan: 5,000 calls, 3,000 pushes. */
  quota?: { calls: number; pushes: number };
  /** Ack limits and redelivery delays in ms, of real time: the platform's, unless a test is in a hurry. */
  timing?: Partial<{ ackMs: number; cardMs: number; redeliverMs: number[]; pingMs: number; disconnectGraceMs: number }>;
  log?: (line: string) => void;
}

/** A card template (cards/templates/*.json): typed variables and a layout of the platform's building blocks. */
export interface CardTemplate {
  name: string;
  title: string;
  variables: {
    name: string;
    type: 'string' | 'boolean' | 'number' | 'markdown' | 'array' | 'form' | 'image';
    private?: boolean;
    required?: boolean;
    about: string;
  }[];
  layout: CardBlock[];
}

/** `when` is a variable that must be non-empty and not "false" for the block to show. */
export type CardBlock = { when?: string } & (
  | { block: 'header'; title: string; tag?: string; tone?: string }
  | { block: 'text'; text: string; style?: 'title' | 'body' | 'note' | 'warning' }
  | { block: 'markdown'; text: string }
  /** Rows `{label, value}` from an array variable. */
  | { block: 'fields'; rows: string }
  /** Photo URLs from an array variable. */
  | { block: 'images'; urls: string }
  /** Lines `{time, text, tone?}` from an array variable. */
  | { block: 'timeline'; rows: string }
  /** Form `{fields: FormField[]}` from a form variable; filled in by the tapper, sent as params.form. */
  | { block: 'form'; form: string }
  /** Buttons from an array variable: CardButton. */
  | { block: 'buttons'; buttons: string; flow?: 'row' | 'column' }
  | { block: 'link'; text: string; url: string }
  | { block: 'divider' }
);

/** One button of a `buttons` array. Tapping posts params `{action, ...params, form}` where form holds the fields named. */
export interface CardButton {
  action: string;
  label: string;
  style?: 'primary' | 'default' | 'danger';
  /** Further constants sent along, such as `{matter: '06010'}`. */
  params?: Record<string, string>;
  /** Names of form fields this action asks for; tapping opens them first. */
  fields?: string[];
  confirm?: string;
  /** A link instead of a callback. */
  url?: string;
}

export interface FormField {
  name: string;
  label: string;
  type: 'TEXT' | 'TEXT_AREA' | 'SELECT' | 'DATE' | 'DATETIME';
  required?: boolean;
  placeholder?: string;
  options?: { value: string; text: string }[];
}

export interface ChatMessage {
  id: string;
  conversationId: string;
  /** Sender: a userId, or `robot`. */
  from: string;
  at: number;
  body:
    | { type: 'text'; text: string }
    | { type: 'markdown'; title: string; text: string }
    | { type: 'actions'; title: string; text: string; buttons: { title: string; url: string }[] }
    | { type: 'images'; text: string; urls: string[] }
    | { type: 'audio'; seconds: number; recognition: string; url: string | null }
    | { type: 'video'; url: string | null }
    | { type: 'file'; name: string; url: string | null }
    | { type: 'card'; outTrackId: string };
  /** For the reader: who this message was seen by is kept per conversation and person. */
}

/** A live card as one person sees it: template plus merged public, private and response data. */
export interface CardView {
  outTrackId: string;
  templateId: string;
  params: Record<string, string>;
  updatedAt: number;
}

export interface ConversationView {
  conversationId: string;
  title: string;
  group: boolean;
  unread: number;
  last: { at: number; text: string } | null;
}

export interface PersonView extends SandboxPerson {
  unread: number;
}

export interface DingView {
  id: string;
  userId: string;
  text: string;
  at: number;
  read: boolean;
}

export interface TodoView {
  id: string;
  userId: string;
  subject: string;
  dueAt: number | null;
  url: string;
  done: boolean;
}

export interface MeterView {
  month: string;
  calls: number;
  pushes: number;
  callLimit: number;
  pushLimit: number;
  /** Calls by API path, pushes by topic. */
  byName: Record<string, number>;
}

/** Faults on request; each lasts until cleared or for `forMs` of real time. */
export interface Fault {
  kind:
    | 'qps' // 403 Forbidden.AccessDenied.QpsLimitForAppkeyAndApi
    | 'server-error' // 500 system.error
    | 'hang' // never answers
    | 'ban' // HTML page instead of JSON
    | 'gateway-down' // gateway answers 503 and open sockets are cut
    | 'half-open' // sockets stay open, nothing passes
    | 'token-expired' // tokens given so far stop working, once
    | 'over-quota' // frames arrive with 20001 and no content, calls get ApiCountLimitForOrg
    | 'disconnect' // planned disconnect frame, close after the grace, once
    | 'malformed' // one malformed frame is pushed, once
    | 'drop-acks'; // acks are ignored, so that everything is redelivered
  /** Only calls whose path contains this. */
  path?: string;
  forMs?: number;
  /** Only the next n calls. */
  times?: number;
}
