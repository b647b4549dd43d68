// The files in a zip of proofs, each stored or deflated, and small; whatever another reader might take for one.

import { Fault, begins, joined, latin, last, need, same, text } from "./proof-text.js";

const MAX_MEMBERS = 2000;
const END = text("PK\x05\x06");
// A remark of so many bytes at most may stand behind the list.
const FURTHEST = 22 + 65535;
const [STORED, DEFLATED] = [0, 8];
const [ENCRYPTED, IN_UTF8] = [0x1, 0x800];

/** Each member's name and bytes; `most` is how many bytes it may have. */
export async function* membersOf(body, most) {
  const members = [...listed(body)];
  need(members.length <= MAX_MEMBERS, `more than ${MAX_MEMBERS} files`);
  for (const one of members) {
    const isPlain = one.method === STORED || one.method === DEFLATED;
    need(isPlain && one.size <= most, `more than ${most} bytes, or packed oddly`);
    need(!(one.flags & ENCRYPTED), "it is encrypted");
    const packed = packedOf(body, one);
    const bytes = one.method === STORED ? packed : await inflated(packed, one.size);
    need(bytes.length === one.size && crc(bytes) === one.crc, `${one.name} is damaged`);
    yield [one.name, bytes];
  }
}

const viewOf = (body) => new DataView(body.buffer, body.byteOffset, body.byteLength);

function* listed(body) {
  const [view, end] = [viewOf(body), last(body, END)];
  need(end !== -1 && end >= body.length - FURTHEST, "it has no list of its files");
  const [count, size, start] = [view.getUint16(end + 10, true), view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  need(start + size === end, "its list does not stand where it should");
  for (let at = start, number = 0; number < count; number += 1) {
    need(begins(body.subarray(at), text("PK\x01\x02")), "its list is damaged");
    const [name, extra, remark] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const called = body.subarray(at + 46, at + 46 + name);
    yield {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      start: view.getUint32(at + 42, true),
      name: view.getUint16(at + 8, true) & IN_UTF8 ? new TextDecoder().decode(called) : latin(called),
      called,
    };
    at += 46 + name + extra + remark;
  }
}

function packedOf(body, one) {
  const [view, at] = [viewOf(body), one.start];
  need(begins(body.subarray(at), text("PK\x03\x04")), `${one.name} is damaged`);
  const [name, extra] = [view.getUint16(at + 26, true), view.getUint16(at + 28, true)];
  need(same(body.subarray(at + 30, at + 30 + name), one.called), `${one.name} has two names`);
  const start = at + 30 + name + extra;
  return body.subarray(start, start + one.packed);
}

/** What deflated bytes hold; it is given up as soon as that is more than was said. */
async function inflated(packed, most) {
  if (typeof DecompressionStream === "undefined") throw new Fault("this browser opens no zip: choose the proofs in it");
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      parts.push(value);
      need(parts.reduce((sum, part) => sum + part.length, 0) <= most, "it holds more than it says");
    }
  } catch (fault) {
    reader.cancel().catch(() => {});
    throw fault instanceof Fault ? fault : new Fault("it cannot be unpacked");
  }
  return joined(...parts);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit += 1) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

const crc = (bytes) => ~bytes.reduce((sum, byte) => TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8), ~0) >>> 0;
