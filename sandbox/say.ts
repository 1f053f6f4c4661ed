import { z } from 'zod';
import { OVER_QUOTA } from './delivery';
import { photoFrom, video, voice } from './files';
import { type RichPart, type RobotContent, robotEnvelope, TOPIC_ROBOT } from './frames';
import { sessionWebhook } from './oapi';
import type { Platform } from './platform';
import type { StoredFile } from './state';
import type { ChatMessage } from './types';

export const saying = z.object({
  userId: z.string(),
  /** Default: the person's own conversation with the robot. */
  conversationId: z.string().optional(),
  text: z.string().max(5_000).optional(),
  /** Data URLs, or `sample:<name>`. */
  images: z.array(z.string()).max(9).optional(),
  audio: z.object({ seconds: z.number().positive().max(60), recognition: z.string() }).optional(),
  video: z.literal(true).optional(),
  file: z.object({ name: z.string().min(1).max(200) }).optional(),
  /** In a group: false leaves the robot un-mentioned, and then it hears nothing. */
  at: z.boolean().optional(),
});
export type Saying = z.input<typeof saying>;

/** A request of the chat page that cannot be met; the message is for people. */
export class Unfit extends Error {}

interface Said {
  body: ChatMessage['body'];
  content: RobotContent;
}

/**
 * A person says something in a conversation; the robot hears of it over Stream as far as the platform lets it (§3.3).
 * Returns the ids of the messages. Errors: `Unfit`.
 */
export function say(platform: Platform, given: Saying): string[] {
  const { directory, chat } = platform;
  const input = saying.parse(given);
  const person = directory.person(input.userId);
  if (!person) throw new Unfit('没有这个人');
  const conversationId = input.conversationId ?? directory.single(person.userId);
  const group = directory.group(conversationId) ?? null;
  const single = conversationId === directory.single(person.userId);
  if (!single && !group?.memberIds.includes(person.userId)) throw new Unfit('这个人不在这个会话里');
  const all = messagesOf(platform, input, group !== null);
  if (all.length === 0) throw new Unfit('请输入内容');
  return all.map(({ body, content }) => {
    const { id: msgId, at } = chat.post(conversationId, person.userId, body);
    if (reachesRobot(content, group !== null, input.at ?? true)) {
      const webhook = sessionWebhook(platform, conversationId);
      const envelope = robotEnvelope(platform.identity, { msgId, sender: person, conversationId, group, at, webhook });
      platform.delivery.persist({
        type: 'CALLBACK',
        topic: TOPIC_ROBOT,
        data: { ...envelope, ...content },
        overQuota: { ...envelope, ...OVER_QUOTA },
      });
    }
    return msgId;
  });
}

/** Groups pass on text and pictures only, and only when the robot is mentioned. */
function reachesRobot(content: RobotContent, group: boolean, at: boolean): boolean {
  return !group || (at && ['text', 'richText', 'picture'].includes(content.msgtype));
}

function messagesOf(platform: Platform, input: z.infer<typeof saying>, group: boolean): Said[] {
  const said: Said[] = wordsAndPhotos(platform, input.text?.trim() ? input.text : '', input.images ?? [], group);
  if (input.audio) said.push(spoken(platform, input.audio));
  if (input.video) said.push(filmed(platform));
  if (input.file) said.push(attached(platform, input.file.name));
  return said;
}

function wordsAndPhotos(platform: Platform, text: string, images: string[], group: boolean): Said[] {
  const photos = images.map((image) => photo(platform, image));
  const url = (file: StoredFile) => `/sandbox/files/${file.id}`;
  if (!text) {
    return photos.map((file) => ({
      body: { type: 'images', text: '', urls: [url(file)] },
      content: { msgtype: 'picture', content: pictureOf(platform, file) },
    }));
  }
  // A message in a group reads "@robot words": cutting off the mention leaves the space.
  const words = group ? ` ${text}` : text;
  if (photos.length === 0) {
    return [{ body: { type: 'text', text }, content: { msgtype: 'text', text: { content: words } } }];
  }
  const pictures: RichPart[] = photos.map((file) => ({ type: 'picture', ...pictureOf(platform, file) }));
  const richText = [{ text: words }, ...pictures];
  return [
    { body: { type: 'images', text, urls: photos.map(url) }, content: { msgtype: 'richText', content: { richText } } },
  ];
}

function photo(platform: Platform, image: string): StoredFile {
  const found = photoFrom(image);
  if (!found) throw new Unfit('图片格式不对');
  return platform.files.put({ kind: 'image', name: 'photo', mime: found.mime }, found.bytes);
}

function pictureOf(platform: Platform, file: StoredFile): { downloadCode: string; pictureDownloadCode: string } {
  return { downloadCode: platform.files.code(file.id), pictureDownloadCode: platform.files.code(file.id) };
}

function spoken(platform: Platform, { seconds, recognition }: { seconds: number; recognition: string }): Said {
  const { mime, bytes } = voice(seconds);
  const file = platform.files.put({ kind: 'audio', name: 'voice.wav', mime }, bytes);
  return {
    body: { type: 'audio', seconds, recognition, url: `/sandbox/files/${file.id}` },
    content: {
      msgtype: 'audio',
      content: { downloadCode: platform.files.code(file.id), recognition, duration: Math.round(seconds * 1000) },
    },
  };
}

function filmed(platform: Platform): Said {
  const { mime, bytes } = video();
  const file = platform.files.put({ kind: 'video', name: 'video.mp4', mime }, bytes);
  return {
    body: { type: 'video', url: `/sandbox/files/${file.id}` },
    content: {
      msgtype: 'video',
      content: { downloadCode: platform.files.code(file.id), videoType: 'mp4', duration: 5_000 },
    },
  };
}

function attached(platform: Platform, name: string): Said {
  const bytes = Buffer.from(`沙箱文件：${name}\n`);
  const file = platform.files.put({ kind: 'file', name, mime: 'application/octet-stream' }, bytes);
  const ids = { fileId: file.id, spaceId: String(parseInt(file.id.slice(0, 8), 16)) };
  return {
    body: { type: 'file', name, url: `/sandbox/files/${file.id}` },
    content: { msgtype: 'file', content: { downloadCode: platform.files.code(file.id), fileName: name, ...ids } },
  };
}
