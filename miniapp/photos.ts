/** Photos are made small on the phone: a weak network carries 160 kB, not 7 MB, and where they were taken stays private. */

const MOST = 1600;
const QUALITY = 0.72;

/** At most 1600 px on the long side, upright, as JPEG. Errors: when the file is no picture. */
export async function shrink(file: Blob): Promise<Blob> {
  const turn = turnsItself() ? 1 : orientationOf(await firstBytes(file));
  const image = await load(file);
  const scale = Math.min(1, MOST / Math.max(image.naturalWidth, image.naturalHeight));
  const width = Math.round(image.naturalWidth * scale);
  const height = Math.round(image.naturalHeight * scale);
  const canvas = document.createElement('canvas');
  const sideways = turn >= 5;
  canvas.width = sideways ? height : width;
  canvas.height = sideways ? width : height;
  const pen = canvas.getContext('2d')!;
  pen.transform(...upright(turn, width, height));
  pen.drawImage(image, 0, 0, width, height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  // Frees the memory at once; cheap phones keep few canvases.
  canvas.width = 0;
  if (!blob) throw new Error('the picture could not be written');
  return blob;
}

function load(file: Blob): Promise<HTMLImageElement> {
  const address = URL.createObjectURL(file);
  return new Promise<HTMLImageElement>((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('no picture'));
    image.src = address;
  }).then(
    (image) => {
      URL.revokeObjectURL(address);
      return image;
    },
    (error) => {
      URL.revokeObjectURL(address);
      throw error;
    },
  );
}

/** Since Chromium 81 and Safari 13.1 pictures are drawn upright by themselves. */
function turnsItself(): boolean {
  return CSS.supports('image-orientation', 'from-image');
}

function firstBytes(file: Blob): Promise<DataView> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(new DataView(reader.result as ArrayBuffer));
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(file.slice(0, 128 * 1024));
  });
}

/** EXIF tag 0x0112 of a JPEG, 1 to 8; 1 when there is none. */
export function orientationOf(view: DataView): number {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return 1;
  for (let at = 2; at + 10 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint16(at) === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return tagOf(view, at + 10);
  }
  return 1;
}

function tagOf(view: DataView, tiff: number): number {
  const little = view.getUint16(tiff) === 0x4949;
  const table = tiff + view.getUint32(tiff + 4, little);
  if (table + 2 > view.byteLength) return 1;
  const count = view.getUint16(table, little);
  for (let n = 0, at = table + 2; n < count && at + 12 <= view.byteLength; n += 1, at += 12) {
    if (view.getUint16(at, little) === 0x0112) return view.getUint16(at + 8, little);
  }
  return 1;
}

type Matrix = [number, number, number, number, number, number];

/** The turn that makes a picture of this orientation upright. */
function upright(orientation: number, width: number, height: number): Matrix {
  const turns: Record<number, Matrix> = {
    2: [-1, 0, 0, 1, width, 0],
    3: [-1, 0, 0, -1, width, height],
    4: [1, 0, 0, -1, 0, height],
    5: [0, 1, 1, 0, 0, 0],
    6: [0, 1, -1, 0, height, 0],
    7: [0, -1, -1, 0, height, width],
    8: [0, -1, 1, 0, 0, width],
  };
  return turns[orientation] || [1, 0, 0, 1, 0, 0];
}
