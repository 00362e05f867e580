extension Page {
    /// Dialogs: a new task, the pool, the token.
    static let scriptForms = #"""
        /// Sends a dialog's form; it stays open, with the reason, as long as that is refused.
        function dialog(name, work) {
          const form = $(`${name}-form`);
          form.querySelector('[data-close]').addEventListener('click', () => $(name).close());
          form.addEventListener('submit', async event => {
            event.preventDefault();
            const button = form.querySelector('.primary');
            button.disabled = true;
            say($(`${name}-error`), '');
            try {
              await work(form.elements);
              $(name).close();
            } catch (error) { say($(`${name}-error`), error.message); }
            button.disabled = false;
            refreshAll();
          });
          return () => { say($(`${name}-error`), ''); if (!$(name).open) $(name).showModal(); };
        }

        const openSubmit = dialog('submit', async fields => {
          const task = { type: fields.type.value.trim(), prompt: fields.prompt.value, priority: Number(fields.priority.value) };
          if (fields.title.value.trim()) task.title = fields.title.value.trim();
          if (fields.timeout.value.trim()) task.timeout = fields.timeout.value.trim();
          const tags = fields.tags.value.split(',').map(tag => tag.trim()).filter(tag => tag);
          if (tags.length) task.tags = tags;
          const { task_id: id } = await post('/task/delegate', task);
          fields.prompt.value = fields.title.value = '';
          notice(`Task ${id} is in the queue`);
          setTimeout(() => detail.open(id));
        });
        $('submit-open').addEventListener('click', () => {
          openSubmit();
          $('submit-form').elements.prompt.focus();
        });

        const openPool = dialog('pool', async fields => {
          const body = { min: Number(fields.min.value), max: Number(fields.max.value) };
          const answer = await (await request('PATCH', '/pool', { body })).json();
          notice(`The pool has ${body.min} to ${body.max} workers`);
          Object.assign(pool, answer);
        });
        $('pool-open').addEventListener('click', () => {
          const fields = $('pool-form').elements;
          [fields.min.value, fields.max.value] = [pool.min, pool.max];
          openPool();
        });

        const showToken = dialog('token', async fields => {
          const token = fields.token.value.trim();
          if (token) sessionStorage.setItem(tokenKey, token); else sessionStorage.removeItem(tokenKey);
          fields.token.value = '';
          live.stop();
          live.start();
        });
        function openToken(reason) {
          if ($('token').open) return;
          showToken();
          say($('token-error'), reason || '');
        }
        $('token-open').addEventListener('click', () => openToken(''));
        """#
}
