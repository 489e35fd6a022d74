// What the linter asks of the widgets' sources, their tests and the bundle step.

import js from "@eslint/js";
import globals from "globals";

const STRICT = {
  curly: ["error", "multi-line"],
  eqeqeq: "error",
  "no-eval": "error",
  "no-implicit-coercion": "error",
  "no-implied-eval": "error",
  "no-param-reassign": "error",
  "no-shadow": "error",
  "no-use-before-define": ["error", { functions: false, variables: false }],
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-template": "error",
  "require-await": "error",
};

// HTML enters a page in one place, `setHtml` in qa_lesson/look/dom.js
const HTML = [
  "AssignmentExpression > MemberExpression.left[property.name=/^(innerHTML|outerHTML|srcdoc)$/]",
  "CallExpression[callee.property.name='insertAdjacentHTML']",
].map((selector) => ({ selector, message: "Only setHtml in qa_lesson/look/dom.js fills a node with HTML." }));

// The layers of the Python package hold for the scripts too
const notFrom = (...rooms) => ({
  "no-restricted-imports": [
    "error",
    { patterns: rooms.map((room) => ({ group: [`**/${room}/**`], message: "This layer is above." })) },
  ],
});

export default [
  { ignores: ["build/", "docs/", "qa_lesson/look/built_widgets/", "**/.venv*/"] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: "error" }, rules: STRICT },
  {
    files: ["qa_lesson/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: { "no-console": "error", "no-restricted-syntax": ["error", ...HTML] },
  },
  { files: ["qa_lesson/look/**"], rules: notFrom("views", "quiz", "grading") },
  { files: ["qa_lesson/views/**"], rules: notFrom("quiz", "grading") },
  { files: ["qa_lesson/quiz/**"], rules: notFrom("views", "grading") },
  { files: ["qa_lesson/grading/**"], rules: notFrom("views") },
  { files: ["tools/**/*.js", "eslint.config.js"], languageOptions: { globals: globals.node } },
  { files: ["tests/**/*.js"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
];
