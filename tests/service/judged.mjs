// What the page's own modules say of files: cases from standard input, results to standard output, as JSON.
import { text as all } from "node:stream/consumers";
import { stdin, stdout } from "node:process";

const { folder, languages, policies, bodies, cases } = JSON.parse(await all(stdin));
const { Unusable, readPolicy } = await import(`${folder}/proof-policy.js`);
const { verify } = await import(`${folder}/proof-sentence.js`);
const { canCheck } = await import(`${folder}/proof.js`);

const bytes = bodies.map((body) => Uint8Array.from(Buffer.from(body, "base64")));

function flipped(body, place, bits) {
  const other = bytes[body].slice();
  if (place !== null) other[place] ^= bits;
  return other;
}

async function judged({ policy, language, now, files }) {
  try {
    const agreed = await readPolicy(new TextEncoder().encode(policies[policy]));
    const named = new Map(files.map(([name, body, place, bits]) => [name, flipped(body, place, bits)]));
    return { results: await verify(named, agreed, languages[language], now) };
  } catch (fault) {
    return { unusable: fault instanceof Unusable, said: fault.message, stack: fault instanceof Unusable ? "" : fault.stack };
  }
}

const told = [];
for (const one of cases) told.push(await judged(one));
stdout.write(JSON.stringify({ canCheck: await canCheck(), told }));
