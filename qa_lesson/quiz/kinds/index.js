// The kinds of question, each with its part of the page. A new kind is one more module here and one more line below.

import { make } from "../../look/dom.js";
import code from "./code.js";
import free_text from "./free_text.js";
import multi from "./multi.js";
import numeric from "./numeric.js";
import ordering from "./ordering.js";
import single from "./single.js";
import span from "./span.js";
import text from "./text.js";

/**
 * What Python sends of a question (`page_fields` in qa_lesson/quiz). Texts are safe HTML, except for those that a kind
 * says are plain.
 *
 * @typedef {object} Question
 * @property {string} id
 * @property {string} kind
 * @property {string} instruction
 * @property {{ id: string, text: string }[]} [options]
 * @property {{ id: string, text: string, name: string }[]} [items]
 * @property {string} [unit]
 * @property {string} [context]
 * @property {string} [template]
 * @property {{ text: string, points: number }[]} [criteria]
 * @property {number | null} [max_words]
 * @property {number} [lines]
 */

/**
 * The page around the inputs of a question.
 *
 * @typedef {object} Host
 * @property {() => Question} question
 * @property {() => any} response  null if there is none
 * @property {() => boolean} locked  whether nothing can be answered now
 * @property {(response: unknown, typing: boolean) => void} change  tells a new response; typing: more keys may follow
 * @property {() => void} enter  Enter was pressed in a field of one line
 * @property {(text: string) => void} say  reads a text aloud
 * @property {(id: string) => Node | null} why  what to show below an option or item
 * @property {(id: string) => "right" | "wrong" | "missed" | null} sign  how an option was marked, if that may be told
 */

/**
 * A kind of question. `read` and `shown` have the same form, so that the two can be compared.
 *
 * @typedef {object} Kind
 * @property {(host: Host, uid: string) => Node[]} draw  the inputs, holding the response; ids and names begin with uid
 * @property {(fieldset: Element) => unknown} read  what the inputs hold
 * @property {(response: any, question: Question) => unknown} shown  what they hold once they show a response
 */

/** @type {Record<string, Kind>} */
export const KINDS = { code, free_text, multi, numeric, ordering, single, span, text };

/**
 * The inputs of the host's current question, drawn into `fieldset`.
 *
 * @param {string} uid
 * @param {HTMLFieldSetElement} fieldset
 * @param {Host} host
 */
export function answerInputs(uid, fieldset, host) {
  return {
    draw() {
      const { instruction, kind } = host.question();
      fieldset.replaceChildren(make("legend", { text: instruction }), ...KINDS[kind].draw(host, uid));
    },
    /** Whether the inputs hold the response already, which they do when it comes from them. */
    hold() {
      const asked = host.question();
      const { read, shown } = KINDS[asked.kind];
      return JSON.stringify(read(fieldset)) === JSON.stringify(shown(host.response(), asked));
    },
  };
}
