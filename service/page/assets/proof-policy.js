// Whose signatures are asked for: a C2SP tlog-policy, with the keys of gateways in comments of their own form.
// `log <key> [url]`, `witness <name> <key> [url]`, `group <name> all|any|<k> <members>`, `quorum <name>`.

import { Fault, hex, joined, linesOf, need, quoted, same, sha256, text, unbase64, utf8, wordsOf } from "./proof-text.js";

export const [ED25519, COSIGNATURE, ML_DSA_44] = [0x01, 0x04, 0x06];
const PUBLIC_BYTES = { [ED25519]: 32, [COSIGNATURE]: 32, [ML_DSA_44]: 1312 };
const MAX_POLICY = 64 << 10;

/** The policy is wrong, so that nothing was checked. */
export class Unusable extends Error {}

/** A public key from `name+id+base64`, held against its id, by which signature lines begin. */
async function readKey(words) {
  const [name, said, ...encoded] = words.split("+");
  need(encoded.length, "it is not a key");
  const raw = unbase64(encoded.join("+"));
  need(raw.length, "it is not a key");
  const [kind, bytes] = [raw[0], raw.slice(1)];
  const id = (await sha256(joined(text(`${name}\n`), raw))).slice(0, 4);
  need(name && bytes.length === PUBLIC_BYTES[kind], `the key of ${name} is of no known kind`);
  need(hex(id) === said, `the key of ${name} is damaged: its bytes give another id`);
  return { name, kind, bytes, id: hex(id) };
}

/** Logs by origin, witnesses by the name that the policy gives them, groups as how many of whom, keys of gateways. */
export class Policy {
  logs = new Map();
  witnesses = new Map();
  groups = new Map();
  quorum = "";
  gateways = [];

  /** Whether these witnesses make the quorum. Members stand before their group: one pass counts them all. */
  holds(signed) {
    const reached = new Set(["none", ...signed]);
    for (const [name, [needed, members]] of this.groups) {
      if (members.filter((member) => reached.has(member)).length >= needed) reached.add(name);
    }
    return reached.has(this.quorum);
  }

  /** The time at which those who signed had made the quorum; null where it asks for nobody or is not made. */
  since(signed) {
    const times = [...signed.values()].sort((one, other) => one - other);
    const made = (at) => this.holds([...signed].filter(([, time]) => time <= at).map(([name]) => name));
    return times.find(made) ?? null;
  }

  /** Whether there is no quorum without this one and that: then a checkpoint that has it is the same for both. */
  get asksForBoth() {
    const names = [...this.witnesses.keys()];
    return names.filter((name) => !this.holds(names.filter((other) => other !== name))).length > 1;
  }

  async addLog(words) {
    const key = await this.#fresh(words);
    need(key.kind === ED25519, `the key of ${key.name} is not a log's`);
    this.logs.set(key.name, key);
  }

  async addGateway(words) {
    const key = await this.#fresh(words);
    need(key.kind === ED25519, `the key of ${key.name} is not a gateway's`);
    this.gateways.push(key);
  }

  async addWitness(name, words) {
    const key = await this.#fresh(words);
    need(key.kind !== ED25519, `the key of ${name} is not for cosigning`);
    this.witnesses.set(this.#free(name), key);
  }

  /** Nobody is a member of two groups, or twice. */
  addGroup(name, needed, ...members) {
    const taken = [...this.groups.values()].flatMap(([, others]) => others);
    const once = new Set(members).size === members.length;
    need(once && !members.some((member) => taken.includes(member)), `a member of ${name} stands twice`);
    const known = members.every((member) => this.witnesses.has(member) || this.groups.has(member));
    need(known, `a member of ${name} is not named before it`);
    const count = { all: members.length, any: 1 }[needed] || (/^[0-9]{1,3}$/.test(needed) ? Number(needed) : 0);
    need(1 <= count && count <= members.length, `${name} asks for ${needed} of ${members.length}`);
    this.groups.set(this.#free(name), [count, members]);
  }

  setQuorum(name) {
    need(!this.quorum, "the quorum stands twice");
    need(!this.#isFree(name), `the quorum ${name} is not named before it`);
    this.quorum = name;
  }

  async #fresh(words) {
    const key = await readKey(words);
    const others = [...this.logs.values(), ...this.witnesses.values()];
    need(others.every((one) => one.name !== key.name && !same(one.bytes, key.bytes)), `${key.name} stands twice`);
    return key;
  }

  #free(name) {
    need(this.#isFree(name), `the name ${name} is taken`);
    return name;
  }

  #isFree(name) {
    return name !== "none" && !this.witnesses.has(name) && !this.groups.has(name);
  }
}

// Of each line: what takes it, and how many words it has at least and at most.
const LINES = new Map([
  ["log", [(policy, ...words) => policy.addLog(...words), 1, 2]],
  ["witness", [(policy, ...words) => policy.addWitness(...words), 2, 3]],
  ["group", [(policy, ...words) => policy.addGroup(...words), 2, Infinity]],
  ["quorum", [(policy, ...words) => policy.setQuorum(...words), 1, 1]],
  ["# gateway", [(policy, ...words) => policy.addGateway(...words), 1, 1]],
]);

/** Read a policy line by line; raise `Unusable` for one that is wrong. */
export async function readPolicy(bytes) {
  const policy = new Policy();
  for (const [at, line] of linesOf(decoded(bytes)).entries()) {
    const words = line.startsWith("# gateway ")
      ? ["# gateway", ...wordsOf(line).slice(2)]
      : wordsOf(line.split("#")[0]);
    try {
      if (words.length) await take(policy, ...words);
    } catch (fault) {
      throw new Unusable(`line ${at + 1} of the policy cannot be read: ${fault.message}`);
    }
  }
  if (!policy.logs.size || !policy.quorum) throw new Unusable("the policy names no log, or no quorum");
  return policy;
}

async function take(policy, kind, ...words) {
  need(LINES.has(kind), quoted(kind));
  const [taken, least, most] = LINES.get(kind);
  need(least <= words.length && words.length <= most, "it has too few words, or too many");
  await taken(policy, ...words);
}

function decoded(bytes) {
  if (bytes.length > MAX_POLICY) throw new Unusable(`the policy has more than ${MAX_POLICY} bytes`);
  try {
    return utf8(bytes);
  } catch (fault) {
    throw new Unusable(`the policy cannot be read: ${fault.message}`);
  }
}

/** Whether a file is a policy, by its name or by its first line that is no remark. */
export function isPolicy(name, body) {
  if (/^policy(\.txt)?$|\.policy$/i.test(name)) return true;
  if (body.length > MAX_POLICY) return false;
  try {
    const said = linesOf(utf8(body)).find((line) => line.trim() && !line.startsWith("#"));
    return /^(log|witness) \S+\+[0-9a-f]{8}\+\S/.test(said?.replace(/^witness \S+/, "witness") ?? "");
  } catch (fault) {
    if (fault instanceof Fault) return false;
    throw fault;
  }
}
