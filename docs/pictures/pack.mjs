// Makes the pictures small: the 256 colours that a picture of a page needs most, each other colour the nearest of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync, inflateSync } from 'node:zlib';

for (const file of process.argv.slice(2)) {
  const before = readFileSync(file);
  const after = pack(before);
  if (after && after.length < before.length) writeFileSync(file, after);
}

function pack(png) {
  let head, at = 8;
  const parts = [];
  while (at < png.length) {
    const length = png.readUInt32BE(at), type = png.toString('latin1', at + 4, at + 8), data = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') head = data;
    if (type === 'IDAT') parts.push(data);
    at += length + 12;
  }

  const [width, height, depth, kind] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8], head[9]];
  // Eight bits of red, green and blue, with or without transparency: as browsers write them. Others stay as they are.
  if (depth !== 8 || (kind !== 2 && kind !== 6) || head[12] !== 0) return undefined;
  const size = kind === 2 ? 3 : 4;
  const rows = unfilter(inflateSync(Buffer.concat(parts)), width * size, height, size);
  const counts = new Map();
  const pixels = new Uint32Array(width * height);
  for (let i = 0, p = 0; i < pixels.length; i++, p += size) {
    pixels[i] = (rows[p] << 16) | (rows[p + 1] << 8) | rows[p + 2];
    counts.set(pixels[i], (counts.get(pixels[i]) ?? 0) + 1);
  }

  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
  const nearest = new Map();
  for (const colour of counts.keys()) nearest.set(colour, closest(colour, palette));
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = nearest.get(pixels[y * width + x]);
  const header = Buffer.from(head);
  header[9] = 3;
  const colours = Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  return Buffer.concat([png.subarray(0, 8), chunk('IHDR', header), chunk('PLTE', colours), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

function unfilter(raw, stride, height, size) {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)], from = y * (stride + 1) + 1, to = y * stride;
    for (let x = 0; x < stride; x++) {
      const left = x < size ? 0 : out[to + x - size], up = y === 0 ? 0 : out[to + x - stride], corner = x < size || y === 0 ? 0 : out[to + x - stride - size];
      out[to + x] = raw[from + x] + [0, left, up, (left + up) >> 1, filter === 4 ? paeth(left, up, corner) : 0][filter];
    }
  }
  return out;
}

function paeth(left, up, corner) {
  const guess = left + up - corner, [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function closest(colour, palette) {
  let best = 0, least = Infinity;
  for (let i = 0; i < palette.length && least > 0; i++) {
    const [r, g, b] = [(colour >> 16) - (palette[i] >> 16), ((colour >> 8) & 255) - ((palette[i] >> 8) & 255), (colour & 255) - (palette[i] & 255)];
    const far = r * r + g * g + b * b;
    if (far < least) [best, least] = [i, far];
  }
  return best;
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]), whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
