import { type Colour, png, type Shape } from './png';

const WIDTH = 480;
const HEIGHT = 360;

const NIGHT: Colour = [18, 24, 46];
const SKY: Colour = [176, 208, 236];
const ROAD: Colour = [92, 96, 102];
const STEEL: Colour = [70, 76, 84];
const GRASS: Colour = [112, 148, 92];
const WALL: Colour = [206, 190, 168];
const WATER: Colour = [88, 124, 150];
const DARK: Colour = [22, 22, 24];

const all =
  (colour: Colour): Shape =>
  () =>
    colour;
const below =
  (level: number, colour: Colour): Shape =>
  (_x, y) =>
    y >= level ? colour : null;
const rect =
  (left: number, top: number, width: number, height: number, colour: Colour): Shape =>
  (x, y) =>
    x >= left && x < left + width && y >= top && y < top + height ? colour : null;
const disc =
  (cx: number, cy: number, rx: number, ry: number, colour: Colour): Shape =>
  (x, y) =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1 ? colour : null;
/** Lower edge at `base`, point at the top: flames, roofs. */
const spike =
  (cx: number, base: number, half: number, height: number, colour: Colour): Shape =>
  (x, y) =>
    y <= base && y >= base - height && Math.abs(x - cx) <= (half * (y - base + height)) / height ? colour : null;
/** A light that thins out from its middle. */
const glow =
  (cx: number, cy: number, radius: number, colour: Colour, on: Colour): Shape =>
  (x, y) => {
    const part = 1 - Math.hypot(x - cx, y - cy) / radius;
    return part > 0
      ? ([0, 1, 2].map((i) => Math.round(on[i]! + (colour[i]! - on[i]!) * part)) as unknown as Colour)
      : null;
  };
const ripples =
  (top: number, colour: Colour): Shape =>
  (x, y) =>
    y > top && (y + Math.round(4 * Math.sin(x / 18))) % 26 < 2 ? colour : null;
const dashes: Shape = (x, y) => (y > 298 && y < 306 && x % 80 < 44 ? [226, 226, 220] : null);

const street = [
  all(SKY),
  rect(30, 70, 150, 150, WALL),
  rect(300, 40, 130, 180, [188, 176, 160]),
  below(220, ROAD),
  dashes,
];
const lamp = [rect(236, 90, 10, 190, STEEL), rect(236, 86, 70, 8, STEEL)];
const bags: Shape[] = [
  disc(190, 262, 48, 36, [40, 44, 48]),
  disc(262, 270, 56, 40, [56, 60, 60]),
  disc(226, 226, 40, 34, [72, 92, 70]),
  disc(318, 282, 34, 24, [172, 128, 84]),
  rect(140, 282, 40, 18, [214, 204, 190]),
];
const flames = [
  spike(240, 250, 70, 150, [232, 96, 28]),
  spike(216, 250, 34, 96, [248, 168, 40]),
  spike(262, 250, 30, 80, [252, 208, 80]),
  disc(250, 70, 90, 36, [84, 84, 88]),
  disc(300, 44, 80, 30, [104, 104, 108]),
];

const PICTURES: Record<string, { title: string; shapes: Shape[] }> = {
  'lamp-dark': {
    title: '路灯不亮',
    shapes: [all(NIGHT), below(280, [30, 34, 48]), ...lamp, disc(306, 98, 18, 9, [60, 62, 66])],
  },
  'lamp-lit': {
    title: '路灯已修好',
    shapes: [
      all(NIGHT),
      below(280, [44, 46, 56]),
      glow(306, 120, 170, [250, 226, 150], NIGHT),
      ...lamp,
      disc(306, 98, 18, 9, [255, 246, 200]),
    ],
  },
  'manhole-open': {
    title: '井盖缺失',
    shapes: [...street, disc(240, 268, 86, 40, STEEL), disc(240, 268, 72, 32, DARK)],
  },
  'manhole-closed': {
    title: '井盖已补装',
    shapes: [
      ...street,
      disc(240, 268, 86, 40, STEEL),
      disc(240, 268, 76, 34, [120, 124, 130]),
      rect(190, 265, 100, 5, STEEL),
    ],
  },
  rubbish: { title: '垃圾堆放', shapes: [...street, ...bags] },
  'rubbish-cleared': { title: '垃圾已清运', shapes: [...street, rect(360, 200, 60, 80, [64, 128, 84])] },
  flood: { title: '道路积水', shapes: [...street, below(240, WATER), ripples(244, [150, 180, 200])] },
  'flood-drained': { title: '积水已排', shapes: [...street, below(330, [74, 78, 84])] },
  fire: { title: '起火冒烟', shapes: [all(SKY), below(250, GRASS), rect(150, 170, 180, 80, WALL), ...flames] },
  'fire-out': {
    title: '明火已扑灭',
    shapes: [all(SKY), below(250, GRASS), rect(150, 170, 180, 80, [96, 88, 80]), disc(240, 180, 70, 18, DARK)],
  },
};

const drawn = new Map<string, Buffer>();

/** Sample photos by name, with Chinese titles. */
export const samples = Object.entries(PICTURES).map(([name, { title }]) => ({ name, title }));

/** PNG bytes of a sample photo; null for an unknown name. Drawn once. */
export function samplePhoto(name: string): Buffer | null {
  const picture = Object.hasOwn(PICTURES, name) ? PICTURES[name] : undefined;
  if (!picture) return null;
  const bytes = drawn.get(name) ?? png(WIDTH, HEIGHT, picture.shapes);
  drawn.set(name, bytes);
  return bytes;
}

const RATE = 8_000;

/** A WAV of a soft tone, 8 kHz, 8 bit, at most 60 s: what stands for a spoken message. */
export function sampleVoice(seconds: number): Buffer {
  const length = Math.round(Math.min(Math.max(seconds, 0.2), 60) * RATE);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(length, 40);
  const tone = Buffer.from(
    Uint8Array.from({ length }, (_, i) => 128 + Math.round(24 * Math.sin((i * 2 * Math.PI * 330) / RATE))),
  );
  return Buffer.concat([header, tone]);
}

/** The smallest file that calls itself an MP4: the product looks at the first bytes only. */
export function sampleVideo(): Buffer {
  const ftyp = Buffer.concat([
    Buffer.from([0, 0, 0, 20]),
    Buffer.from('ftypisom'),
    Buffer.from([0, 0, 2, 0]),
    Buffer.from('isom'),
  ]);
  const mdat = Buffer.concat([Buffer.from([0, 0, 4, 0]), Buffer.from('mdat'), Buffer.alloc(1016)]);
  return Buffer.concat([ftyp, mdat]);
}
