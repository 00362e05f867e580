extension Page {
    static let style = #"""
        :root {
          color-scheme: light dark;
          --back: #f4f6f8; --card: #fff; --raised: #fff; --text: #1a1f27; --muted: #565f6c; --line: #dce1e8;
          --field: #7d8794; --soft: #eef1f5; --accent: #2457c5; --on-accent: #fff; --accent-soft: #e5edfc;
          --pending: #6b5200; --running: #1f5fbf; --good: #14703c; --bad: #b3261e; --other: #5b6472;
          --area: rgb(36 87 197 / .12); --shadow: 0 12px 40px rgb(15 23 42 / .18); --radius: 10px;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
          --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --back: #0e1116; --card: #161b22; --raised: #1a2029; --text: #e7eaf0; --muted: #a0aab8; --line: #2a323d;
            --field: #6d7887; --soft: #202833; --accent: #8db4ff; --on-accent: #0b1730; --accent-soft: #1d2b45;
            --pending: #e3bd62; --running: #86b2ff; --good: #6fcf97; --bad: #ff938a; --other: #a0aab8;
            --area: rgb(141 180 255 / .14); --shadow: 0 12px 40px rgb(0 0 0 / .6);
          }
        }
        *, ::before, ::after { box-sizing: border-box; }
        [hidden] { display: none !important; }
        body {
          margin: 0; background: var(--back); color: var(--text); font: 14px/1.45 var(--sans);
          font-variant-numeric: tabular-nums;
        }
        h1, h2, h3, p, dl, dd, ul { margin: 0; padding: 0; }
        h1 { font-size: 17px; letter-spacing: -.01em; }
        h2 { font-size: 14px; font-weight: 600; }
        h3 { font-size: 13px; font-weight: 600; margin-top: 4px; }
        .hidden, .skip:not(:focus) {
          position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
        }
        .skip { position: fixed; z-index: 9; top: 8px; left: 8px; padding: 8px 12px; background: var(--accent); color: var(--on-accent); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        h2:focus { outline: none; }

        button, input, select, textarea { font: inherit; color: inherit; }
        button {
          min-height: 32px; padding: 4px 12px; border: 1px solid var(--line); border-radius: 7px;
          background: var(--card); cursor: pointer; white-space: nowrap;
        }
        button:hover { background: var(--soft); }
        button:disabled { opacity: .55; cursor: default; }
        button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
        button.primary:hover { filter: brightness(1.08); }
        button.quiet { background: transparent; }
        button.quiet:hover { background: var(--soft); }
        input, select, textarea {
          min-height: 32px; padding: 4px 9px; border: 1px solid var(--field); border-radius: 7px; background: var(--card);
          max-width: 100%;
        }
        input::placeholder { color: var(--muted); opacity: 1; }
        textarea { font: 13px/1.5 var(--mono); resize: vertical; }

        .bar {
          position: sticky; top: 0; z-index: 3; display: flex; align-items: center; gap: 14px; padding: 10px 20px;
          background: var(--card); border-bottom: 1px solid var(--line);
        }
        .bar-actions { display: flex; gap: 8px; margin-left: auto; }
        .live { display: flex; align-items: center; gap: 7px; color: var(--muted); font-size: 13px; }
        .dot { width: 8px; height: 8px; border-radius: 50%; background: var(--pending); }
        .live[data-state=live] .dot { background: var(--good); }
        .live[data-state=broken] .dot { background: var(--bad); }
        .banner { padding: 9px 20px; background: var(--bad); color: var(--card); font-weight: 600; }
        main { display: grid; gap: 16px; padding: 16px 20px 48px; max-width: 1480px; margin: 0 auto; }

        .states { display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); gap: 8px; }
        .states button {
          display: grid; gap: 1px; justify-items: start; padding: 9px 13px; border-radius: var(--radius); text-align: left;
        }
        .states b { font-size: 21px; font-weight: 600; line-height: 1.2; letter-spacing: -.01em; }
        .states span { color: var(--muted); font-size: 12.5px; display: flex; align-items: center; gap: 6px; }
        .states button[aria-pressed=true] { border-color: var(--accent); background: var(--accent-soft); box-shadow: inset 0 0 0 1px var(--accent); }
        .states button[aria-pressed=true] span { color: var(--text); }

        .card { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: 14px 16px; min-width: 0; }
        .card-head { display: flex; align-items: center; justify-content: space-between; gap: 10px; flex-wrap: wrap; margin-bottom: 8px; }
        .note { color: var(--muted); font-size: 13px; }
        .empty { color: var(--muted); padding: 22px 0; text-align: center; }
        .columns { display: grid; grid-template-columns: minmax(0, 1fr) 340px; gap: 16px; align-items: start; }
        .side { display: grid; gap: 16px; }
        .segments { display: inline-flex; border: 1px solid var(--line); border-radius: 7px; overflow: hidden; }
        .segments button { border: 0; border-radius: 0; min-height: 30px; background: transparent; }
        .segments button[aria-pressed=true] { background: var(--accent-soft); font-weight: 600; }
        .segments button:focus-visible { outline-offset: -2px; }

        .chart-row { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 28px; }
        .chart figcaption { display: flex; align-items: baseline; gap: 8px; white-space: nowrap; color: var(--muted); font-size: 13px; }
        .chart { margin: 0; min-width: 0; }
        .chart figcaption b { color: var(--text); font-size: 17px; font-weight: 600; min-width: 0; overflow: hidden; text-overflow: ellipsis; }
        .plot .readout { position: absolute; top: -3px; right: 0; padding-left: 6px; background: var(--card); color: var(--muted); font-size: 12px; }
        .plot { position: relative; height: 92px; margin-top: 6px; border-bottom: 1px solid var(--line); border-radius: 2px; touch-action: pan-y; }
        .plot svg { display: block; width: 100%; height: 100%; overflow: visible; }
        .plot .top { position: absolute; top: 0; left: 0; font-size: 11px; color: var(--muted); background: var(--card); padding-right: 4px; line-height: 1; }
        .axis { display: flex; justify-content: space-between; color: var(--muted); font-size: 11px; margin-top: 3px; }
        .grid { stroke: var(--line); stroke-width: 1; stroke-dasharray: 3 4; }
        .curve { fill: none; stroke: var(--accent); stroke-width: 1.75; stroke-linejoin: round; }
        .area { fill: var(--area); }
        .bars-good { fill: var(--good); } .bars-bad { fill: var(--bad); }
        .cursor { stroke: var(--muted); stroke-width: 1; }

        .filter { display: flex; gap: 8px; flex-wrap: wrap; }
        table { width: 100%; border-collapse: collapse; table-layout: fixed; }
        th { text-align: left; font-size: 12px; font-weight: 500; color: var(--muted); padding: 6px 8px; border-bottom: 1px solid var(--line); }
        td { padding: 2px 8px; border-bottom: 1px solid var(--line); vertical-align: middle; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        tbody tr:last-child td { border-bottom: 0; }
        th:nth-child(2) { width: 126px; } th:nth-child(3) { width: 104px; } th:nth-child(4) { width: 72px; } th:nth-child(5) { width: 128px; }
        .number { text-align: right; }
        #tasks tr:hover { background: var(--soft); }
        #tasks tr[aria-current=true] { background: var(--accent-soft); }
        .open {
          display: flex; gap: 10px; align-items: center; width: 100%; min-height: 30px; padding: 3px 4px; border: 0; background: none; text-align: left; overflow: hidden;
        }
        .open:hover { background: none; text-decoration: underline; text-underline-offset: 3px; }
        .open .id { color: var(--muted); min-width: 44px; flex: none; }
        .open .what { overflow: hidden; text-overflow: ellipsis; }
        .state { display: inline-flex; align-items: center; gap: 7px; white-space: nowrap; color: var(--other); font-weight: 500; }
        .state::before, .states i { content: ""; width: 8px; height: 8px; border-radius: 50%; background: currentColor; flex: none; }
        .state[data-state=pending], .states i[data-state=pending] { color: var(--pending); }
        .state[data-state=in_progress], .states i[data-state=in_progress], .state[data-state=busy] { color: var(--running); }
        .state[data-state=completed], .states i[data-state=completed], .state[data-state=idle] { color: var(--good); }
        .state[data-state=failed], .states i[data-state=failed] { color: var(--bad); }
        .state[data-state=in_progress]::before { box-shadow: 0 0 0 3px var(--area); }
        .more { display: block; margin: 10px auto 0; }

        .list { list-style: none; }
        .list li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 10px; align-items: center; padding: 7px 0; border-top: 1px solid var(--line); }
        .list li:first-child { border-top: 0; }
        .list .task { grid-column: 1 / -1; font-size: 13px; min-height: 26px; padding: 0 4px; }
        .list .sub { color: var(--muted); font-size: 12.5px; }

        .detail {
          position: fixed; z-index: 4; inset: 0 0 0 auto; width: min(660px, 100vw); display: flex; flex-direction: column;
          background: var(--raised); border-left: 1px solid var(--line); box-shadow: var(--shadow);
        }
        .detail-head { display: flex; justify-content: space-between; gap: 12px; align-items: flex-start; padding: 14px 20px 10px; border-bottom: 1px solid var(--line); }
        .detail-head h2 { font-size: 16px; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
        .detail-head > div { min-width: 0; }
        .detail-body { overflow: auto; padding: 14px 20px 32px; display: grid; gap: 12px; align-content: start; grid-template-columns: minmax(0, 1fr); }
        .detail-body .card-head { margin: 0; }
        .actions { display: flex; gap: 10px; align-items: center; flex-wrap: wrap; }
        .actions .state { margin-right: auto; font-size: 15px; }
        .facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 16px; font-size: 13px; }
        .facts dt { color: var(--muted); }
        .facts dd { overflow-wrap: anywhere; }
        pre {
          margin: 0; padding: 10px 12px; border: 1px solid var(--line); border-radius: 7px; background: var(--back); max-height: 340px;
          overflow: auto; font: 12.5px/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere;
        }
        pre { min-height: 40px; }
        #output { min-height: 120px; }
        #prompt { max-height: 200px; }
        pre:empty::before { content: attr(data-empty); color: var(--muted); }
        .plain th:nth-child(n) { width: auto; }
        .error-text { color: var(--bad); overflow-wrap: anywhere; white-space: pre-wrap; }

        dialog {
          width: min(560px, calc(100vw - 24px)); padding: 20px 22px; border: 1px solid var(--line); border-radius: 12px;
          background: var(--raised); color: var(--text); box-shadow: var(--shadow);
        }
        dialog::backdrop { background: rgb(10 14 20 / .5); }
        dialog form { display: grid; gap: 14px; }
        dialog h2 { font-size: 16px; }
        .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
        .fields label { display: grid; gap: 4px; font-size: 13px; color: var(--muted); }
        .fields input, .fields textarea { color: var(--text); font-size: 14px; width: 100%; }
        .fields .wide { grid-column: 1 / -1; }
        .dialog-actions { display: flex; justify-content: flex-end; gap: 8px; }
        .notice {
          position: fixed; z-index: 6; left: 20px; bottom: 20px; max-width: min(440px, calc(100vw - 40px)); padding: 10px 16px;
          border-radius: 8px; background: var(--text); color: var(--card); box-shadow: var(--shadow); overflow-wrap: anywhere;
        }
        .notice:empty { display: none; }

        @media (max-width: 1080px) { .chart-row { gap: 16px; } .chart figcaption b { font-size: 14px; } .columns { grid-template-columns: minmax(0, 1fr); } .side { grid-template-columns: 1fr 1fr; } }
        @media (max-width: 700px) {
          .bar { padding: 8px 12px; gap: 10px; } .bar h1 { position: absolute; clip-path: inset(50%); } .bar-actions { gap: 6px; } .bar button { padding: 4px 10px; }
          main { padding: 12px 12px 48px; gap: 12px; }
          .states { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 6px; } .states button { padding: 7px 8px; overflow: hidden; } .states b { font-size: 18px; } .states span { font-size: 11.5px; gap: 4px; }
          .chart-row { grid-template-columns: minmax(0, 1fr); gap: 14px; } .plot { height: 72px; }
          .side { grid-template-columns: minmax(0, 1fr); }
          .filter { width: 100%; } .filter label { flex: 1; } .filter label:first-child { flex: 1 0 100%; } .filter input, .filter select { width: 100%; }
          button, input, select { min-height: 40px; } .segments button, .list .task { min-height: 36px; }
          .tasks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .tasks tr { display: grid; grid-template-columns: auto auto 1fr auto; gap: 0 12px; border-bottom: 1px solid var(--line); padding: 5px 0; }
          .tasks td { border: 0; padding: 2px 4px; font-size: 13px; } .tasks td:first-child { grid-column: 1 / -1; padding: 0; }
          .tasks td:nth-child(4) { display: none; } .tasks td:nth-child(5) { grid-column: 4; } .open { min-height: 34px; font-size: 14px; }
        }
        @media (max-width: 360px) { .bar { flex-wrap: wrap; } .bar-actions { margin: 0; flex: 1 0 100%; } .bar-actions button { flex: 1; } }
        @media (prefers-reduced-motion: no-preference) { .states button, button { transition: background-color .12s; } }
        @media (forced-colors: active) { .dot, .state::before, .states i { forced-color-adjust: none; } }
        """#
}
