extension Page {
    /// Elements, words and times. Whatever comes from a task goes into text nodes and attributes, and nowhere else.
    static let scriptFoundation = #"""
        'use strict';
        const $ = id => document.getElementById(id);

        function make(tag, attributes = {}, ...children) {
          const node = document.createElement(tag);
          for (const [name, value] of Object.entries(attributes)) {
            if (name === 'click') node.addEventListener('click', value);
            else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
          }
          node.append(...children.filter(child => child !== null && child !== undefined));
          return node;
        }

        /// Changes a text only when it is another one, so that a selection and a reader are left alone.
        function say(node, text) { if (node.textContent !== String(text)) node.textContent = text; }

        function mark(node, name, value) {
          if (value === null || value === undefined || value === false) node.removeAttribute(name);
          else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
        }

        /// Puts the nodes of `items` into `parent` in their order; a node that is there already stays where it is.
        function arrange(parent, items, key, create, update) {
          const former = parent.nodesByKey || new Map();
          const nodes = new Map();
          let place = parent.firstChild;
          for (const item of items) {
            const name = key(item);
            let node = former.get(name);
            if (!node) node = create(item);
            former.delete(name);
            nodes.set(name, node);
            update(node, item);
            if (node === place) place = place.nextSibling; else parent.insertBefore(node, place);
          }
          for (const node of former.values()) node.remove();
          parent.nodesByKey = nodes;
        }

        const stateWords = {
          pending: 'Pending', in_progress: 'Running', scheduled: 'Scheduled', blocked: 'Blocked',
          completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled', cancelling: 'Cancelling',
        };
        const stateWord = state => stateWords[state] || state;
        const hasEnded = state => ['completed', 'failed', 'cancelled'].includes(state);

        /// Times of the queue are UTC, like 2026-03-01 09:30:02.114.
        const moment = text => text ? new Date(text.replace(' ', 'T') + 'Z') : null;

        function span(milliseconds) {
          const seconds = Math.max(0, milliseconds / 1000);
          if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
          if (seconds < 10) return `${seconds.toFixed(1)} s`;
          if (seconds < 60) return `${Math.floor(seconds)} s`;
          if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
          if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
          return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds % 86400 / 3600)} h`;
        }

        const clock = date => date ? date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' }) : '';
        const figure = number => number >= 10000 ? number.toLocaleString('en') : String(number);

        /// Runs `work` soon, once for many wishes, and not again before it has come to its end.
        function soon(pause, work) {
          let timer = 0, isRunning = false, isWanted = false;
          async function run() {
            timer = 0;
            isRunning = true;
            try { await work(); } catch (error) { fault(error); }
            isRunning = false;
            if (isWanted) { isWanted = false; ask(); }
          }
          function ask() {
            if (isRunning) isWanted = true;
            else if (!timer) timer = setTimeout(run, pause);
          }
          return ask;
        }

        let noticeTimer = 0;
        function notice(text) {
          say($('notice'), text);
          clearTimeout(noticeTimer);
          noticeTimer = setTimeout(() => say($('notice'), ''), 6000);
        }

        /// What went wrong with something that was asked for in passing.
        function fault(error) {
          if (error.name !== 'AbortError' && !error.isUnauthorized) notice(error.message);
        }

        function press(group, attribute, value) {
          for (const button of group.querySelectorAll(`[data-${attribute}]`)) {
            button.setAttribute('aria-pressed', button.dataset[attribute] === value);
          }
        }
        """#
}
