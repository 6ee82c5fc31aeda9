// moto as an AWS account: users, keys and buckets are prepared with its checks off, and used with them on.

import { moto } from "./rigs.js";

const ALL_ACTIONS = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

export class Account {
  /** A new key is refused for so many seconds, as while a real one spreads. */
  static async start(keyDelaySeconds = 0) {
    const account = new Account();
    account.rig = await moto(keyDelaySeconds);
    return account;
  }

  get url() {
    return this.rig.url;
  }

  /** A user who may do everything, with a first key as the fields of a secret. */
  async user(name) {
    await this.#iam({ Action: "CreateUser", UserName: name });
    const policy = { PolicyName: "all", PolicyDocument: JSON.stringify(ALL_ACTIONS) };
    await this.#iam({ Action: "PutUserPolicy", UserName: name, ...policy });
    const made = await this.#iam({ Action: "CreateAccessKey", UserName: name });
    return { access_key_id: element(made, "AccessKeyId"), secret_access_key: element(made, "SecretAccessKey") };
  }

  /** Another key of the user. */
  async key(user) {
    return element(await this.#iam({ Action: "CreateAccessKey", UserName: user }), "AccessKeyId");
  }

  async bucket(name) {
    await this.#send("s3", `${this.url}/${name}`, { method: "PUT" });
    await this.#send("s3", `${this.url}/${name}/dump.sql`, { method: "PUT", body: "one object" });
  }

  /** From now on signatures and policies are checked. */
  async checkSignatures() {
    const headers = { "content-type": "text/plain" };
    await fetch(`${this.url}/moto-api/reset-auth`, { method: "POST", headers, body: "0" });
  }

  /** Ids and states of a user's keys, asked with this key's id once signatures are checked no more. */
  async keys(user) {
    const headers = { "content-type": "text/plain" };
    await fetch(`${this.url}/moto-api/reset-auth`, { method: "POST", headers, body: "1000000" });
    const text = await this.#iam({ Action: "ListAccessKeys", UserName: user });
    await this.checkSignatures();
    const members = [...text.matchAll(/<member>(.*?)<\/member>/gs)].map(([, member]) => member);
    return members.map((member) => ({ id: element(member, "AccessKeyId"), status: element(member, "Status") }));
  }

  async stop() {
    await this.rig.stop();
  }

  #iam(form) {
    return this.#send("iam", this.url, {
      method: "POST",
      body: new URLSearchParams({ ...form, Version: "2010-05-08" }),
    });
  }

  /** moto reads from the scope of a signature which service is meant. */
  async #send(service, url, request) {
    const scope = `AKIAPREPARE/20260101/us-east-1/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    const answer = await fetch(url, { ...request, headers: { authorization } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`moto answered ${answer.status}: ${text}`);
    return text;
  }
}

function element(text, name) {
  const [, found] = new RegExp(`<${name}>([^<]*)<`).exec(text) ?? [];
  if (found === undefined) throw new Error(`no ${name} in ${text}`);
  return found;
}
