// A client in another language: asks what the table says, at the addresses in its environment, with Node's own fetch.
// Prints a line for each call: service, number, status, size, SHA-256 of the body.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

for (const one of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const headers = one.type ? { "content-type": one.type } : {};
  const body = one.body ?? undefined;
  const answer = await fetch(process.env[one.variable] + one.path, { method: one.method, headers, body });
  const hash = createHash("sha256");
  let size = 0;
  for await (const piece of answer.body ?? []) {
    hash.update(piece);
    size += piece.length;
  }
  console.log([one.service, one.number, answer.status, size, hash.digest("hex")].join(" "));
}
