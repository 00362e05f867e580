extension Page {
    static let markup = #"""
        <a class="skip" href="#tasks-title">Skip to the tasks</a>
        <header class="bar">
          <h1>Koubou</h1>
          <p class="live" id="live" data-state="connecting"><span class="dot" aria-hidden="true"></span><span id="live-text">Connecting</span></p>
          <div class="bar-actions">
            <button id="pause-all" class="quiet" data-type="">Pause all</button>
            <button id="token-open" class="quiet">Token</button>
            <button id="submit-open" class="primary">New task</button>
          </div>
        </header>
        <div id="banner" class="banner" role="alert" hidden></div>
        <main>
          <section class="states" aria-label="Tasks by state: choose one to see only its tasks" id="states"></section>

          <section class="card charts" aria-labelledby="charts-title">
            <div class="card-head">
              <h2 id="charts-title">Load</h2>
              <div class="segments" role="group" aria-label="Time shown">
                <button data-span="hour" aria-pressed="true">Hour</button>
                <button data-span="day" aria-pressed="false">Day</button>
              </div>
            </div>
            <div class="chart-row" id="charts"></div>
          </section>

          <div class="columns">
            <section class="card tasks" aria-labelledby="tasks-title">
              <div class="card-head">
                <h2 id="tasks-title" tabindex="-1">Tasks</h2>
                <form id="filter" class="filter" role="search">
                  <label><span class="hidden">Search in titles, prompts, tags and errors</span>
                    <input id="search" type="search" placeholder="Search" autocomplete="off"></label>
                  <label><span class="hidden">Type</span>
                    <select id="filter-type"><option value="">All types</option></select></label>
                  <label><span class="hidden">Tag</span>
                    <input id="filter-tag" placeholder="Tag" autocomplete="off" size="8"></label>
                  <button id="filter-clear" type="button" class="quiet" hidden>Clear</button>
                </form>
              </div>
              <table>
                <caption class="hidden">Tasks, the newest first</caption>
                <thead><tr><th scope="col">Task</th><th scope="col">State</th><th scope="col">Type</th>
                  <th scope="col" class="number">Priority</th><th scope="col" class="number">Time</th></tr></thead>
                <tbody id="tasks"></tbody>
              </table>
              <p class="empty" id="tasks-empty" hidden>No task fits.</p>
              <button id="more" class="quiet more" hidden>Show older tasks</button>
            </section>

            <div class="side">
              <section class="card" aria-labelledby="workers-title">
                <div class="card-head">
                  <h2 id="workers-title">Workers</h2>
                  <button id="pool-open" class="quiet">Change pool</button>
                </div>
                <p class="note" id="pool-text"></p>
                <ul class="list" id="workers"></ul>
                <p class="empty" id="workers-empty" hidden>No worker runs.</p>
              </section>
              <section class="card" aria-labelledby="types-title">
                <div class="card-head"><h2 id="types-title">Types</h2></div>
                <ul class="list" id="types"></ul>
                <p class="empty" id="types-empty" hidden>No task yet.</p>
              </section>
            </div>
          </div>
        </main>

        <section id="detail" class="detail" aria-labelledby="detail-title" hidden>
          <header class="detail-head">
            <div>
              <p class="note" id="detail-id"></p>
              <h2 id="detail-title" tabindex="-1"></h2>
            </div>
            <button id="detail-close" class="quiet">Close</button>
          </header>
          <div class="detail-body">
            <div class="actions">
              <span id="detail-state" class="state"></span>
              <button id="detail-cancel">Cancel task</button>
              <button id="detail-retry">Retry task</button>
              <label id="detail-priority-label">Priority <select id="detail-priority"></select></label>
            </div>
            <p class="error-text" id="detail-error" hidden></p>
            <dl class="facts" id="detail-facts"></dl>
            <div class="card-head">
              <h3 id="output-title">Output</h3>
              <div class="segments" role="group" aria-label="Which output">
                <button data-stream="stdout" aria-pressed="true">stdout</button>
                <button data-stream="stderr" aria-pressed="false">stderr</button>
              </div>
            </div>
            <pre id="output" tabindex="0" role="log" aria-live="off" aria-labelledby="output-title"></pre>
            <h3 id="prompt-title">Prompt</h3>
            <pre id="prompt" tabindex="0" role="group" aria-labelledby="prompt-title"></pre>
            <div id="attempts-part">
              <h3 id="attempts-title">Attempts</h3>
              <table class="plain" aria-labelledby="attempts-title">
                <thead><tr><th scope="col">No.</th><th scope="col">Outcome</th><th scope="col">Worker</th>
                  <th scope="col" class="number">Time</th></tr></thead>
                <tbody id="attempts"></tbody>
              </table>
            </div>
          </div>
        </section>

        <dialog id="submit" aria-labelledby="submit-title">
          <form method="dialog" id="submit-form">
            <h2 id="submit-title">New task</h2>
            <div class="fields">
              <label>Type <input name="type" list="known-types" value="general" required autocomplete="off"></label>
              <label>Priority <input name="priority" type="number" min="1" max="10" value="5" required></label>
              <label class="wide">Prompt <textarea name="prompt" rows="7" required></textarea></label>
              <label class="wide">Title <input name="title" autocomplete="off"></label>
              <label>Tags, with commas <input name="tags" autocomplete="off"></label>
              <label>Time limit, like 10m <input name="timeout" autocomplete="off"></label>
            </div>
            <datalist id="known-types"></datalist>
            <p class="error-text" role="alert" id="submit-error"></p>
            <div class="dialog-actions">
              <button type="button" data-close>Back</button>
              <button class="primary" value="submit">Hand in</button>
            </div>
          </form>
        </dialog>

        <dialog id="pool" aria-labelledby="pool-title">
          <form method="dialog" id="pool-form">
            <h2 id="pool-title">Workers in the pool</h2>
            <div class="fields">
              <label>At least <input name="min" type="number" min="0" max="10000" required></label>
              <label>At most <input name="max" type="number" min="1" max="10000" required></label>
            </div>
            <p class="error-text" role="alert" id="pool-error"></p>
            <div class="dialog-actions">
              <button type="button" data-close>Back</button>
              <button class="primary" value="change">Change</button>
            </div>
          </form>
        </dialog>

        <dialog id="token" aria-labelledby="token-title">
          <form method="dialog" id="token-form">
            <h2 id="token-title">Access token</h2>
            <p class="note">Needed when you are not on the machine of the queue. <code>koubouctl token NAME</code> makes one.
              It is kept until this tab is closed.</p>
            <div class="fields">
              <label class="wide">Token <input name="token" type="password" autocomplete="off" spellcheck="false"></label>
            </div>
            <p class="error-text" role="alert" id="token-error"></p>
            <div class="dialog-actions">
              <button type="button" data-close>Back</button>
              <button class="primary" value="use">Use</button>
            </div>
          </form>
        </dialog>

        <div id="notice" class="notice" role="status" aria-live="polite"></div>
        """#
}
