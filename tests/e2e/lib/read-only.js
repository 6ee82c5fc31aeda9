// A folder that cannot be written, root or not.

import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Answers what makes the folder writable again, or null where this machine gives no way. Permissions don't hold root back, a mount does. */
export async function makeReadOnly(folder) {
  if (process.getuid() !== 0) {
    await chmod(folder, 0o500);
    return () => chmod(folder, 0o700);
  }
  try {
    await run("mount", ["--bind", folder, folder]);
  } catch {
    return null;
  }
  // Lazily: a program that still holds a file there must not keep the mount.
  const undo = () => run("umount", ["--lazy", folder]);
  try {
    await run("mount", ["-o", "remount,bind,ro", folder]);
  } catch {
    await undo();
    return null;
  }
  return undo;
}
