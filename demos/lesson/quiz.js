// The questions on the page: answers are checked, mistakes are named.

const TOLERANCE = 0.01; // of the answer
const LEAST_TOLERANCE = 2e-5;

class Quiz {
  constructor(lesson) {
    this.lesson = lesson;
    this.seed = 1;
    byId("questions-new").addEventListener("click", () => {
      this.seed += 1;
      this.tell();
    });
    lesson.add(this);
  }

  update() {}

  tell() {
    this.draw = new Draw(this.lesson, this.seed);
    const known = {step: counted(this.draw.step), seed: this.seed};
    byId("questions-state").textContent = word("questions_from", known);
    this.questions = questionsOf(this.draw).map((question, i) => new Question(question, i + 1));
    byId("quiz").replaceChildren(...this.questions.map(({element: item}) => item));
  }
}

/** Whether an answer is near enough to a number. */
function isNear(answer, x) {
  return Math.abs(answer - x) <= Math.max(LEAST_TOLERANCE, TOLERANCE * Math.abs(x));
}

/** What is to be said of an answer: the key of a mistake, "right", or a hint for the question. */
function judgement({key, answer, exact = answer, mistakes}, given) {
  if (Number.isNaN(given)) return "no_number";
  if (isNear(given, answer) || isNear(given, exact)) return "right";
  const mistake = mistakes.find(({answer: wrong}) => isNear(given, wrong));
  if (mistake) return mistake.key;
  return isNear(-given, answer) ? "wrong_sign" : `${key}_hint`;
}

class Question {
  constructor(question, number) {
    this.question = question;
    this.number = number;
    this.feedback = element("div", {className: "feedback"});
    this.feedback.setAttribute("role", "status");
    const asked = element("p", {className: "asked"}, ...prose(question.key, this.askedKnown()));
    const form = question.choices ? this.choices() : this.numberForm();
    this.element = element("li", {}, asked, this.given(), form, this.feedback);
  }

  askedKnown() {
    const {asked, asks = {}} = this.question;
    return asked ? {asked: () => inlineSymbol(asked)} : asks;
  }

  /** What is known: names with numbers in a line, or weights with their gradients in a table. */
  given() {
    if (this.question.table) return this.givenTable();
    const {given, lines = [Object.keys(given)]} = this.question;
    const known = name => equation(name, printed(given[name]));
    const rows = lines.map(names => element("span", {className: "known"}, names.map(known)));
    return element("p", {className: "given formula"}, word("given"), ...rows);
  }

  givenTable() {
    const head = ["weight", "its_number", "its_gradient"].map(key => {
      return element("th", {scope: "col"}, word(key));
    });
    const rows = this.question.table.map(([name, x, slope]) => element("tr", {},
      element("th", {scope: "row"}, plainSymbol(name)),
      element("td", {}, printed(x)),
      element("td", {}, printed(slope)),
    ));
    return element("table", {}, element("tr", {}, ...head), ...rows);
  }

  numberForm() {
    const input = element("input", {type: "text", autocomplete: "off"});
    input.setAttribute("aria-label", word("your_answer", {number: this.number}));
    const check = element("button", {type: "submit"}, word("check"));
    const solution = button("show_solution", () => this.solve());
    const form = element("form", {className: "row"}, input, check, solution);
    form.addEventListener("submit", event => {
      event.preventDefault();
      const verdict = judgement(this.question, parsed(input.value));
      input.setAttribute("aria-invalid", verdict === "no_number");
      this.say(verdict, verdict === "right");
    });
    return form;
  }

  solve() {
    const {key, answer} = this.question;
    this.feedback.className = "feedback";
    const reason = prose(`${key}_right`);
    this.feedback.replaceChildren(printedNumber(answer), word("after_answer"), ...reason);
  }

  choices() {
    const buttons = this.question.choices.map(choice => {
      const said = choice.said ? [word(choice.said[0])] : [plainSymbol(choice.name)];
      const made = element("button", {type: "button", className: "choice"}, ...said);
      made.dataset.choice = choice.name;
      made.addEventListener("click", () => {
        for (const other of buttons) other.setAttribute("aria-pressed", other === made);
        this.say(choice.mistake ?? `${this.question.key}_right`, choice.mistake === null);
      });
      made.setAttribute("aria-pressed", false);
      return made;
    });
    return element("div", {className: "row"}, ...buttons);
  }

  say(key, isRight) {
    const sign = isRight ? "✓ " : "✗ ";
    this.feedback.className = `feedback ${isRight ? "right" : "wrong"}`;
    this.feedback.replaceChildren(sign, ...prose(key, this.question.known ?? {}));
    if (isRight && !this.question.choices) {
      this.feedback.append(" ", ...prose(`${this.question.key}_right`));
    }
  }
}
