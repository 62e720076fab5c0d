//! Machine code and the memory it lies in: compiling a function, placing it, and giving the memory back with its last user.

use super::Unsupported;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{AbiParam, Function, InstBuilder, Signature, UserFuncName, types};
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Module, ModuleError};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of machine code that are mapped at this moment, over all of the process: what the test of freeing looks at.
static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);

/// How many bytes of machine code this process holds.
pub fn live_code_bytes() -> usize {
    LIVE_BYTES.load(Ordering::Relaxed)
}

/// What the optimiser of Cranelift is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// Straight code that we have shared ourselves: nothing is left to be found.
    Straight,
    /// Loops with values to be kept out of them.
    Loops,
}

/// A compiler for this machine: its target, and the contexts that are used again for each function.
pub(super) struct Compiler {
    isa: OwnedTargetIsa,
    context: Context,
    builder: FunctionBuilderContext,
    module: JITModule,
    defined: Vec<FuncId>,
    bytes: usize,
}

/// A function that was compiled, known by its place in [`Code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FunctionId(usize);

/// What a function is like as text.
pub(super) struct Listing {
    pub clif: String,
    pub assembly: String,
}

impl Compiler {
    /// Fails where Cranelift has no code for this machine.
    pub fn new(effort: Effort) -> Result<Self, Unsupported> {
        let isa = host(effort)?;
        let mut builder = JITBuilder::with_isa(
            isa.clone(),
            // Our code calls nothing, and what would need a call is refused in `compile`.
            Box::new(|call| call.to_string()),
        );
        builder.symbol_lookup_fn(Box::new(|_| None));
        let mut context = Context::new();
        context.func.signature = Signature::new(isa.default_call_conv());
        Ok(Self {
            module: JITModule::new(builder),
            isa,
            context,
            builder: FunctionBuilderContext::new(),
            defined: Vec::new(),
            bytes: 0,
        })
    }

    /// Compiles a function of `parameters` machine words without a result, whose body `emit` writes.
    pub fn define(
        &mut self,
        parameters: usize,
        emit: impl FnOnce(&mut FunctionBuilder<'_>),
    ) -> Result<FunctionId, Unsupported> {
        self.build(parameters, emit);
        let signature = self.context.func.signature.clone();
        let compiled = self
            .context
            .compile(&*self.isa, &mut ControlPlane::default())
            .map_err(|error| Unsupported::new(format!("{:?}", error.inner)))?;
        if !compiled.buffer.relocs().is_empty() {
            return Err(Unsupported::new(
                "the code would have to call a library function",
            ));
        }
        // The bytes are handed over apart, because defining the function as a whole writes its text to the log.
        let unsupported = |error: ModuleError| Unsupported::new(error.to_string());
        let id = self
            .module
            .declare_anonymous_function(&signature)
            .map_err(unsupported)?;
        let alignment = compiled.buffer.alignment.into();
        self.module
            .define_function_bytes(id, alignment, compiled.code_buffer(), &[])
            .map_err(unsupported)?;
        self.bytes += compiled.code_buffer().len();
        self.defined.push(id);
        Ok(FunctionId(self.defined.len() - 1))
    }

    /// Compiles a function only to look at it.
    pub fn list(
        &mut self,
        parameters: usize,
        emit: impl FnOnce(&mut FunctionBuilder<'_>),
    ) -> Result<Listing, Unsupported> {
        self.build(parameters, emit);
        let clif = self.context.func.display().to_string();
        self.context.set_disasm(true);
        let compiled = self
            .context
            .compile(&*self.isa, &mut ControlPlane::default())
            .map_err(|error| Unsupported::new(format!("{:?}", error.inner)))?;
        let assembly = compiled.vcode.clone().unwrap_or_default();
        Ok(Listing { clif, assembly })
    }

    fn build(&mut self, parameters: usize, emit: impl FnOnce(&mut FunctionBuilder<'_>)) {
        self.context.clear();
        let mut signature = Signature::new(self.isa.default_call_conv());
        signature.params = vec![AbiParam::new(types::I64); parameters];
        self.context.func = Function::with_name_signature(UserFuncName::default(), signature);
        let mut builder = FunctionBuilder::new(&mut self.context.func, &mut self.builder);
        let entry = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        emit(&mut builder);
        builder.ins().return_(&[]);
        builder.seal_all_blocks();
        builder.finalize(self.isa.frontend_config());
    }

    /// Makes the code executable and no longer writable.
    pub fn finish(mut self) -> Result<Code, Unsupported> {
        // From here on the memory is given back on every path, also where `finalize_definitions` fails.
        let finished = self.module.finalize_definitions();
        let entries = match &finished {
            Ok(()) => (self.defined.iter())
                .map(|id| self.module.get_finalized_function(*id) as usize)
                .collect(),
            Err(_) => Vec::new(),
        };
        LIVE_BYTES.fetch_add(self.bytes, Ordering::Relaxed);
        let code = Code {
            module: Mutex::new(Some(self.module)),
            entries,
            bytes: self.bytes,
        };
        match finished {
            Ok(()) => Ok(code),
            Err(error) => Err(Unsupported::new(error.to_string())),
        }
    }
}

/// Compiled functions with the memory they lie in. Dropping it frees the memory, so whoever keeps an entry keeps the `Code` too.
pub(super) struct Code {
    /// In a lock only because a module may not be looked at by two threads; it is touched again when it is dropped.
    module: Mutex<Option<JITModule>>,
    entries: Vec<usize>,
    bytes: usize,
}

impl Code {
    /// The address of a function; valid as long as `self` lives.
    pub fn entry(&self, function: FunctionId) -> *const u8 {
        self.entries[function.0] as *const u8
    }

    /// The size of all functions together.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        let module = match self.module.get_mut() {
            Ok(module) => module.take(),
            Err(poisoned) => poisoned.into_inner().take(),
        };
        if let Some(module) = module {
            LIVE_BYTES.fetch_sub(self.bytes, Ordering::Relaxed);
            // SAFETY: entries are only called through a shared reference to their `Code` (every caller holds it for the length of the
            // call), and `&mut self` shows that there is none left; so no function runs now or later.
            unsafe { module.free_memory() };
        }
    }
}

/// The target: this machine with all it can do.
fn host(effort: Effort) -> Result<OwnedTargetIsa, Unsupported> {
    let mut flags = settings::builder();
    let level = match effort {
        Effort::Straight => "none",
        Effort::Loops => "speed",
    };
    let verify = if cfg!(debug_assertions) {
        "true"
    } else {
        "false"
    };
    for (name, value) in [
        ("opt_level", level),
        ("regalloc_algorithm", "backtracking"),
        ("enable_verifier", verify),
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
        ("unwind_info", "false"),
    ] {
        flags
            .set(name, value)
            .map_err(|error| Unsupported::new(error.to_string()))?;
    }
    let isa = cranelift_native::builder()
        .map_err(Unsupported::new)?
        .finish(settings::Flags::new(flags))
        .map_err(|error| Unsupported::new(error.to_string()))?;
    suitable(&*isa)?;
    Ok(isa)
}

/// The functions are called as `extern "C"` with 64-bit addresses, and mask words are stored as this machine stores them.
fn suitable(isa: &dyn TargetIsa) -> Result<(), Unsupported> {
    if isa.pointer_bits() != 64 {
        return Err(Unsupported::new("this machine has no 64-bit addresses"));
    }
    if cfg!(target_endian = "big") {
        return Err(Unsupported::new(
            "this machine stores the high byte of a word first",
        ));
    }
    match isa.default_call_conv() {
        CallConv::SystemV | CallConv::AppleAarch64 | CallConv::WindowsFastcall => Ok(()),
        other => Err(Unsupported::new(format!(
            "the calling convention {other} is not known here"
        ))),
    }
}
