import type { Location } from "./types";

/** Under a location's name: the bucket, where it is, and the secret that opens it. */
export function secondLine(location: Location): string {
  return [bucketText(location), location.secret_name ?? "no secret"].join(" · ");
}

/** "acme-backups/nightly/". */
export function bucketText({ bucket_name: bucket, prefix }: Location): string {
  return prefix === null ? bucket : `${bucket}/${prefix}`;
}

/** Whether requests to it are not encrypted, as the endpoint itself says. */
export function isPlainHttp(endpoint: string | null): boolean {
  return endpoint !== null && /^http:/i.test(endpoint.trim());
}
