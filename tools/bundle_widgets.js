// Builds the one module that each widget needs from its sources, into qa_lesson/look/built_widgets.
//
//     node tools/bundle_widgets.js            write the files
//     node tools/bundle_widgets.js --check    compare them with the sources, write nothing
//
// The result depends on the sources and on esbuild's version alone: it has no dates and no absolute paths.

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDER = "qa_lesson/look/built_widgets";
const WIDGETS = {
  "annotation.js": "qa_lesson/views/annotation.js",
  "annotation_page.js": "qa_lesson/views/annotating/page.js",
  "explorable.js": "qa_lesson/look/explorable.js",
  "flashcards.js": "qa_lesson/quiz/flashcards/flashcards.js",
  "graded_quiz.js": "qa_lesson/grading/sitting/view.js",
  "practice_quiz.js": "qa_lesson/quiz/practice/view.js",
  "review_page.js": "qa_lesson/grading/reviewing/start.js",
  "slider.js": "qa_lesson/look/slider.js",
};

/** The text of every file, by name. */
async function built() {
  const files = new Map();
  for (const [name, source] of Object.entries(WIDGETS)) {
    const result = await build({
      absWorkingDir: ROOT,
      entryPoints: [source],
      bundle: true,
      format: "esm",
      target: "es2022",
      charset: "utf8",
      write: false,
      logLevel: "error",
      banner: { js: `// Built from ${source} by "make bundle". Do not edit.` },
    });
    files.set(name, result.outputFiles[0].text);
  }
  return files;
}

/** The text of every file that is there now, by name. */
async function present() {
  const files = new Map();
  const names = await readdir(path.join(ROOT, FOLDER)).catch(() => []);
  for (const name of names.filter((each) => each.endsWith(".js"))) {
    // git may check files out with other line ends
    files.set(name, (await readFile(path.join(ROOT, FOLDER, name), "utf8")).replaceAll("\r\n", "\n"));
  }
  return files;
}

const [wanted, found] = [await built(), await present()];
const stale = [...new Set([...wanted.keys(), ...found.keys()])]
  .filter((name) => wanted.get(name) !== found.get(name))
  .sort();
if (!process.argv.includes("--check")) {
  await mkdir(path.join(ROOT, FOLDER), { recursive: true });
  for (const name of stale) {
    const file = path.join(ROOT, FOLDER, name);
    await (wanted.has(name) ? writeFile(file, wanted.get(name)) : rm(file));
  }
  console.log(stale.length ? `Written: ${stale.join(", ")}.` : "Nothing has changed.");
} else if (stale.length) {
  console.error(
    `${FOLDER} isn't what the sources give: ${stale.join(", ")}.\n` +
      'Learners would get other widgets than the sources say. Run "make bundle" and commit the files.',
  );
  process.exitCode = 1;
}
